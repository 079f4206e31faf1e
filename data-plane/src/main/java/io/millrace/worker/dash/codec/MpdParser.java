package io.millrace.worker.dash.codec;

import io.millrace.worker.dash.codec.Mpd.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a manifest. Only elements of the root's own namespace count, and what stands inside others or inside events is passed
 * by: it is not the manifest's.
 */
final class MpdParser {

    private static final int MAX_TEXT = 8 << 20;
    private static final int MAX_URIS = 200_000;
    private static final int MAX_LEVELS = 100_000;
    private static final String XLINK = "http://www.w3.org/1999/xlink";

    /** Element to attribute to what the attribute's URI leads to. */
    private static final Map<String, Map<String, MpdRole>> URI_ATTRIBUTES = Map.of(
            "SegmentTemplate",
            Map.of(
                    "media",
                    MpdRole.MEDIA,
                    "initialization",
                    MpdRole.INITIALIZATION,
                    "index",
                    MpdRole.INDEX,
                    "bitstreamSwitching",
                    MpdRole.BITSTREAM_SWITCHING),
            "SegmentURL",
            Map.of("media", MpdRole.MEDIA, "index", MpdRole.INDEX),
            "Initialization",
            Map.of("sourceURL", MpdRole.INITIALIZATION),
            "RepresentationIndex",
            Map.of("sourceURL", MpdRole.INDEX),
            "BitstreamSwitching",
            Map.of("sourceURL", MpdRole.BITSTREAM_SWITCHING),
            "InitializationSet",
            Map.of("initialization", MpdRole.INITIALIZATION));

    /** Elements whose content is a URI. */
    private static final Map<String, MpdRole> URI_ELEMENTS = Map.of(
            "BaseURL", MpdRole.BASE_URL,
            "Location", MpdRole.LOCATION,
            "PatchLocation", MpdRole.PATCH_LOCATION,
            "ContentSteering", MpdRole.CONTENT_STEERING,
            "ImportedMPD", MpdRole.IMPORTED_MPD);

    /** An open element. */
    private record Open(int level, @Nullable MpdRole role) {}

    private static final class GrowingLevel {
        final int parent;
        int firstBaseUrl = -1;

        GrowingLevel(int parent) {
            this.parent = parent;
        }
    }

    private final String text;
    private final XmlScanner xml;
    private final Namespaces namespaces = new Namespaces();
    private final Deque<Open> open = new ArrayDeque<>();
    private final List<MpdUri> uris = new ArrayList<>();
    private final List<GrowingLevel> levels = new ArrayList<>();
    private String dashNamespace = "";
    private boolean dynamic;
    private long minimumUpdatePeriod = MpdFacts.ABSENT;
    private long mediaPresentationDuration = MpdFacts.ABSENT;
    private long timeShiftBufferDepth = MpdFacts.ABSENT;
    private long maxSegmentDuration = MpdFacts.ABSENT;

    MpdParser(String text) {
        this.text = text;
        this.xml = new XmlScanner(text);
    }

    Mpd mpd() {
        if (text.length() > MAX_TEXT) {
            throw new MpdFormatException("longer than " + MAX_TEXT + " characters");
        }
        Content content = new Content(text);
        int ignoredBelow = Integer.MAX_VALUE;
        while (true) {
            XmlScanner.Token token = xml.next();
            if (token == XmlScanner.Token.END_OF_TEXT) {
                return finished();
            }
            boolean ignored = xml.depth() > ignoredBelow;
            switch (token) {
                case START -> {
                    if (ignored) {
                        continue;
                    }
                    if (startElement()) {
                        content = new Content(text);
                    } else {
                        ignoredBelow = xml.depth() - 1;
                    }
                }
                case END -> {
                    if (xml.depth() == ignoredBelow) {
                        ignoredBelow = Integer.MAX_VALUE;
                        namespaces.leave(xml.depth() + 1);
                    } else if (!ignored) {
                        endElement(content);
                    }
                }
                case TEXT -> {
                    if (!ignored && holdsUri()) {
                        content.addText(xml.start(), xml.end());
                    }
                }
                default -> {
                    if (!ignored && holdsUri()) {
                        content.addCdata(xml.start(), xml.end());
                    }
                }
            }
        }
    }

    private boolean holdsUri() {
        Open element = open.peek();
        return element != null && element.role() != null;
    }

    /** @return false where it and all inside it is to be passed by */
    private boolean startElement() {
        declareNamespaces();
        int colon = text.indexOf(':', xml.start(), xml.end());
        String prefix = colon < 0 ? "" : text.substring(xml.start(), colon);
        String name = text.substring(colon < 0 ? xml.start() : colon + 1, xml.end());
        Open parent = open.peek();
        if (parent == null) {
            startRoot(name, prefix);
            return true;
        }
        if (parent.role() != null) {
            throw malformed("an element inside a URI");
        }
        if (!namespaces.of(prefix).equals(dashNamespace)) {
            return false;
        }
        int level = parent.level();
        switch (name) {
            case "EventStream", "InbandEventStream", "SegmentTimeline", "ProgramInformation", "Metrics" -> {
                addAttributes(name, level);
                return false;
            }
            case "Period", "AdaptationSet", "Representation" -> level = newLevel(level);
            default -> {}
        }
        addAttributes(name, level);
        open.push(new Open(level, URI_ELEMENTS.get(name)));
        return true;
    }

    private void startRoot(String name, String prefix) {
        if (!"MPD".equals(name)) {
            throw malformed("the root element is not MPD");
        }
        dashNamespace = namespaces.of(prefix);
        for (int i = 0; i < xml.attributeCount(); i++) {
            String attribute = attributeName(i);
            switch (attribute) {
                case "type" -> dynamic = "dynamic".equals(attributeValue(i));
                case "minimumUpdatePeriod" -> minimumUpdatePeriod = duration(i);
                case "mediaPresentationDuration" -> mediaPresentationDuration = duration(i);
                case "timeShiftBufferDepth" -> timeShiftBufferDepth = duration(i);
                case "maxSegmentDuration" -> maxSegmentDuration = duration(i);
                default -> {}
            }
        }
        open.push(new Open(newLevel(-1), null));
    }

    private void endElement(Content content) {
        Open element = open.pop();
        namespaces.leave(xml.depth() + 1);
        MpdRole role = element.role();
        if (role == null || content.uri().isEmpty()) {
            return;
        }
        if (role == MpdRole.BASE_URL) {
            GrowingLevel level = levels.get(element.level());
            if (level.firstBaseUrl < 0) {
                level.firstBaseUrl = uris.size();
            }
        }
        int baseLevel = role == MpdRole.BASE_URL ? levels.get(element.level()).parent : -1;
        add(role, content.uri(), false, baseLevel, content.place(), content.start(), content.end());
    }

    private void declareNamespaces() {
        for (int i = 0; i < xml.attributeCount(); i++) {
            if (text.startsWith("xmlns", xml.attributeNameStart(i))) {
                String name = attributeName(i);
                if ("xmlns".equals(name)) {
                    namespaces.declare(xml.depth(), "", attributeValue(i));
                } else if (name.startsWith("xmlns:")) {
                    namespaces.declare(xml.depth(), name.substring("xmlns:".length()), attributeValue(i));
                }
            }
        }
    }

    /** In the order of the text, as rendering goes through it. */
    private void addAttributes(String element, int level) {
        Map<String, MpdRole> roles = URI_ATTRIBUTES.getOrDefault(element, Map.of());
        boolean template = "SegmentTemplate".equals(element) || "InitializationSet".equals(element);
        boolean clock = "UTCTiming".equals(element) && isReadOverHttp();
        for (int i = 0; i < xml.attributeCount(); i++) {
            String name = attributeName(i);
            MpdRole role = roles.get(name);
            if (role != null) {
                addAttribute(role, template, level, i, xml.attributeStart(i), xml.attributeEnd(i));
            } else if (clock && "value".equals(name)) {
                addClocks(level, i);
            } else if (isXlink(name)) {
                addAttribute(MpdRole.XLINK, false, -1, i, xml.attributeStart(i), xml.attributeEnd(i));
            }
        }
    }

    private boolean isXlink(String name) {
        if (!name.endsWith(":href")) {
            return false;
        }
        String prefix = name.substring(0, name.length() - ":href".length());
        String namespace = namespaces.of(prefix);
        return XLINK.equals(namespace) || (namespace.isEmpty() && "xlink".equals(prefix));
    }

    /** A clock's value is a list of URLs under the schemes that are read over HTTP, and no URL at all under the others. */
    private boolean isReadOverHttp() {
        for (int i = 0; i < xml.attributeCount(); i++) {
            if ("schemeIdUri".equals(attributeName(i))) {
                return attributeValue(i).startsWith("urn:mpeg:dash:utc:http-");
            }
        }
        return false;
    }

    private void addClocks(int level, int attribute) {
        int end = xml.attributeEnd(attribute);
        int at = XmlText.skipBlanks(text, xml.attributeStart(attribute), end);
        while (at < end) {
            int stop = XmlText.skip(text, at, end, c -> !XmlText.isBlank((char) c));
            addAttribute(MpdRole.UTC_TIMING, false, level, attribute, at, stop);
            at = XmlText.skipBlanks(text, stop, end);
        }
    }

    private void addAttribute(MpdRole role, boolean template, int level, int attribute, int from, int to) {
        int start = XmlText.skipBlanks(text, from, to);
        int end = XmlText.withoutBlanksAtEnd(text, start, to);
        String uri = XmlText.decoded(text, start, end).trim();
        if (!uri.isEmpty()) {
            boolean singleQuoted = text.charAt(xml.attributeStart(attribute) - 1) == '\'';
            XmlPlace place = singleQuoted ? XmlPlace.SINGLE_QUOTED : XmlPlace.DOUBLE_QUOTED;
            add(role, uri, template, level, place, start, end);
        }
    }

    private void add(MpdRole role, String uri, boolean template, int level, XmlPlace place, int start, int end) {
        if (uris.size() == MAX_URIS) {
            throw new MpdFormatException("more than " + MAX_URIS + " URIs");
        }
        uris.add(new MpdUri(uris.size(), role, uri, template, level, place, start, end));
    }

    private int newLevel(int parent) {
        if (levels.size() == MAX_LEVELS) {
            throw new MpdFormatException("more than " + MAX_LEVELS + " periods, adaptation sets and representations");
        }
        levels.add(new GrowingLevel(parent));
        return levels.size() - 1;
    }

    private String attributeName(int attribute) {
        return text.substring(xml.attributeNameStart(attribute), xml.attributeNameEnd(attribute));
    }

    private String attributeValue(int attribute) {
        return XmlText.decoded(text, xml.attributeStart(attribute), xml.attributeEnd(attribute))
                .trim();
    }

    private long duration(int attribute) {
        return XsDuration.millis(attributeName(attribute), attributeValue(attribute));
    }

    private MpdFormatException malformed(String what) {
        return new MpdFormatException("offset " + xml.start() + ": " + what);
    }

    private Mpd finished() {
        MpdFacts facts = new MpdFacts(
                dynamic, minimumUpdatePeriod, mediaPresentationDuration, timeShiftBufferDepth, maxSegmentDuration);
        List<Level> frozen = levels.stream()
                .map(level -> new Level(level.parent, level.firstBaseUrl))
                .toList();
        return new Mpd(text, facts, uris, frozen);
    }
}
