package io.millrace.worker.hls.codec;

import io.millrace.worker.hls.codec.HlsFacts.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One pass over a playlist's lines. Strict only where a player would be lost as well; what it does not know it passes by. */
final class HlsParser {

    private static final int MAX_TEXT = 8 << 20;
    private static final int MAX_URIS = 200_000;
    /** Digits of a whole number, and of a duration's seconds. */
    private static final int MAX_DIGITS = 18;

    private static final int MAX_SECONDS_DIGITS = 9;

    /** Tag to attribute to what the attribute's URI leads to. */
    private static final Map<String, Map<String, HlsRole>> URI_ATTRIBUTES = Map.ofEntries(
            Map.entry("EXT-X-MEDIA", Map.of("URI", HlsRole.RENDITION)),
            Map.entry("EXT-X-I-FRAME-STREAM-INF", Map.of("URI", HlsRole.I_FRAMES)),
            Map.entry("EXT-X-IMAGE-STREAM-INF", Map.of("URI", HlsRole.IMAGES)),
            Map.entry("EXT-X-SESSION-KEY", Map.of("URI", HlsRole.SESSION_KEY)),
            Map.entry("EXT-X-SESSION-DATA", Map.of("URI", HlsRole.SESSION_DATA)),
            Map.entry("EXT-X-CONTENT-STEERING", Map.of("SERVER-URI", HlsRole.CONTENT_STEERING)),
            Map.entry("EXT-X-KEY", Map.of("URI", HlsRole.KEY)),
            Map.entry("EXT-X-MAP", Map.of("URI", HlsRole.MAP)),
            Map.entry("EXT-X-PART", Map.of("URI", HlsRole.PART)),
            Map.entry("EXT-X-PRELOAD-HINT", Map.of("URI", HlsRole.PRELOAD_HINT)),
            Map.entry("EXT-X-RENDITION-REPORT", Map.of("URI", HlsRole.RENDITION_REPORT)),
            Map.entry("EXT-X-DATERANGE", Map.of("X-ASSET-URI", HlsRole.ASSET, "X-ASSET-LIST", HlsRole.ASSET_LIST)));

    private final String text;
    private final Variables variables = new Variables();
    private final List<HlsUri> uris = new ArrayList<>();
    private int line;
    private boolean variantFollows;
    private boolean master;
    private boolean media;
    private HlsFacts.Type type = HlsFacts.Type.LIVE;
    private long targetDuration;
    private long partTarget;
    private long mediaSequence;
    private int segments;
    private long skippedSegments;
    private int trailingParts;
    private boolean ended;
    private boolean canBlockReload;

    HlsParser(String text) {
        this.text = text;
    }

    HlsPlaylist playlist() {
        if (text.length() > MAX_TEXT) {
            throw new HlsFormatException("longer than " + MAX_TEXT + " characters");
        }
        int at = text.startsWith("\uFEFF") ? 1 : 0;
        if (!opensPlaylist(at)) {
            throw new HlsFormatException("line 1: not #EXTM3U");
        }
        while (at < text.length()) {
            line++;
            int lineFeed = text.indexOf('\n', at);
            int end = lineFeed < 0 ? text.length() : lineFeed;
            readLine(at, end);
            at = end + 1;
        }
        // As players decide it; a playlist with nothing in it yet is one without segments.
        Kind kind = master && !media ? Kind.MASTER : Kind.MEDIA;
        HlsFacts facts = new HlsFacts(
                kind,
                type,
                targetDuration,
                partTarget,
                mediaSequence,
                segments,
                skippedSegments,
                trailingParts,
                ended,
                canBlockReload);
        return new HlsPlaylist(text, facts, uris);
    }

    private boolean opensPlaylist(int at) {
        int end = at + "#EXTM3U".length();
        return text.startsWith("#EXTM3U", at) && (end == text.length() || text.charAt(end) <= ' ');
    }

    private void readLine(int lineStart, int lineEnd) {
        int start = lineStart;
        int end = lineEnd;
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        if (start == end) {
            return;
        }
        if (text.charAt(start) != '#') {
            readUriLine(start, end);
        } else if (text.startsWith("#EXT", start)) {
            int colon = text.indexOf(':', start, end);
            int nameEnd = colon < 0 ? end : colon;
            readTag(text.substring(start + 1, nameEnd), Math.min(nameEnd + 1, end), end);
        }
    }

    private void readUriLine(int start, int end) {
        if (variantFollows) {
            variantFollows = false;
            add(HlsRole.VARIANT, HlsUri.Place.LINE, start, end);
        } else {
            segments++;
            trailingParts = 0;
            add(HlsRole.SEGMENT, HlsUri.Place.LINE, start, end);
        }
    }

    private void readTag(String tag, int start, int end) {
        switch (tag) {
            case "EXTINF" -> media = true;
            case "EXT-X-STREAM-INF" -> {
                master = true;
                variantFollows = true;
            }
            case "EXT-X-TARGETDURATION" -> {
                media = true;
                targetDuration = millis(tag, text.substring(start, end));
            }
            case "EXT-X-MEDIA-SEQUENCE" -> mediaSequence = number(tag, text.substring(start, end));
            case "EXT-X-PLAYLIST-TYPE" -> type = typeNamed(text.substring(start, end));
            case "EXT-X-ENDLIST" -> ended = true;
            case "EXT-X-PREFETCH" -> readPrefetch(start, end);
            case "EXT-X-PART-INF", "EXT-X-SERVER-CONTROL", "EXT-X-SKIP", "EXT-X-DEFINE" -> readFacts(tag, start, end);
            default -> readUris(tag, start, end);
        }
    }

    private void readPrefetch(int valueStart, int end) {
        int start = valueStart;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        if (start < end) {
            add(HlsRole.PREFETCH, HlsUri.Place.LINE, start, end);
        }
    }

    private void readFacts(String tag, int start, int end) {
        AttributeCursor attributes = new AttributeCursor(text, start, end, line);
        String name = "";
        String value = "";
        while (attributes.next()) {
            switch (attributes.name()) {
                case "PART-TARGET" -> partTarget = millis(attributes.name(), attributes.value());
                case "CAN-BLOCK-RELOAD" -> canBlockReload = "YES".equals(attributes.value());
                case "SKIPPED-SEGMENTS" -> skippedSegments = number(attributes.name(), attributes.value());
                case "NAME" -> name = attributes.value();
                case "VALUE" -> value = attributes.value();
                default -> {}
            }
        }
        if ("EXT-X-DEFINE".equals(tag) && !name.isEmpty()) {
            variables.define(name, value);
        }
    }

    private void readUris(String tag, int start, int end) {
        Map<String, HlsRole> roles = URI_ATTRIBUTES.get(tag);
        if (roles == null) {
            return;
        }
        AttributeCursor attributes = new AttributeCursor(text, start, end, line);
        while (attributes.next()) {
            HlsRole role = roles.get(attributes.name());
            if (role != null && attributes.valueStart() < attributes.valueEnd()) {
                HlsUri.Place place = attributes.quoted() ? HlsUri.Place.QUOTED : HlsUri.Place.BARE;
                add(role, place, attributes.valueStart(), attributes.valueEnd());
                master |= isOfMaster(role);
                trailingParts += role == HlsRole.PART ? 1 : 0;
            }
        }
    }

    private static boolean isOfMaster(HlsRole role) {
        return switch (role) {
            case RENDITION, I_FRAMES, IMAGES, SESSION_KEY, SESSION_DATA, CONTENT_STEERING -> true;
            default -> false;
        };
    }

    private void add(HlsRole role, HlsUri.Place place, int start, int end) {
        if (uris.size() == MAX_URIS) {
            throw new HlsFormatException("more than " + MAX_URIS + " URIs");
        }
        for (int at = start; at < end; at++) {
            char c = text.charAt(at);
            if (c < ' ' || c == 0x7f) {
                throw new HlsFormatException("line " + line + ": a URI holds a control character");
            }
        }
        String uri = variables.replacedIn(text.substring(start, end));
        uris.add(new HlsUri(uris.size(), role, uri, variables.leftOpen(), place, start, end));
    }

    private static HlsFacts.Type typeNamed(String value) {
        return switch (value.strip()) {
            case "VOD" -> HlsFacts.Type.VOD;
            case "EVENT" -> HlsFacts.Type.EVENT;
            default -> HlsFacts.Type.LIVE;
        };
    }

    private long number(String name, String value) {
        String digits = value.strip();
        if (digits.isEmpty() || digits.length() > MAX_DIGITS || !isDigits(digits)) {
            throw new HlsFormatException("line " + line + ": " + name + " is no whole number");
        }
        return Long.parseLong(digits);
    }

    /** Whole or decimal seconds; what is smaller than a millisecond is cut off. */
    private long millis(String name, String value) {
        String seconds = value.strip();
        int point = seconds.indexOf('.');
        String whole = point < 0 ? seconds : seconds.substring(0, point);
        String fraction = point < 0 ? "" : seconds.substring(point + 1);
        if (whole.isEmpty() || whole.length() > MAX_SECONDS_DIGITS || !isDigits(whole) || !isDigits(fraction)) {
            throw new HlsFormatException("line " + line + ": " + name + " is no number of seconds");
        }
        String thousandths = (fraction + "000").substring(0, 3);
        return Long.parseLong(whole) * 1_000 + Long.parseLong(thousandths);
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }
}
