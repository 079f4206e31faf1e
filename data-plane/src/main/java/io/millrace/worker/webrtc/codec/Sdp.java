package io.millrace.worker.webrtc.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A session description (RFC 8866), or a fragment of one (RFC 8840): the session's lines, then the sections of media. What is not
 * changes is written byte for byte as it was read.
 */
public final class Sdp {

    public static final int MAX_LENGTH = 256 * 1024;
    public static final int MAX_LINES = 5_000;

    private static final String USUAL_END = "\r\n";

    private final SdpSection session;
    private final List<SdpSection> media;

    private Sdp(SdpSection session, List<SdpSection> media) {
        this.session = session;
        this.media = List.copyOf(media);
    }

    /** @throws SdpFormatException for what is no session description */
    public static Sdp parse(String text) {
        Sdp sdp = parseFragment(text);
        if (!text.startsWith("v=")) {
            throw new SdpFormatException("the description does not begin with v=");
        }
        if (sdp.media().isEmpty()) {
            throw new SdpFormatException("the description has no media");
        }
        return sdp;
    }

    /**
     * Of {@code application/trickle-ice-sdpfrag}.
     *
     * @throws SdpFormatException for what cannot be a part of a session description
     */
    public static Sdp parseFragment(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new SdpFormatException("the description is longer than " + MAX_LENGTH);
        }
        List<SdpLine> session = new ArrayList<>();
        List<List<SdpLine>> media = new ArrayList<>();
        List<SdpLine> section = session;
        int count = 0;
        int at = 0;
        while (at < text.length()) {
            SdpLine line = lineAt(text, at);
            at += line.text().length() + line.end().length();
            if (++count > MAX_LINES) {
                throw new SdpFormatException("the description has more than " + MAX_LINES + " lines");
            }
            if (line.is('m')) {
                SdpMedia.parse(line.value());
                section = new ArrayList<>();
                media.add(section);
            }
            section.add(line);
        }
        return new Sdp(
                new SdpSection(session), media.stream().map(SdpSection::new).toList());
    }

    private static SdpLine lineAt(String text, int begin) {
        int lineFeed = text.indexOf('\n', begin);
        int end = lineFeed < 0 ? text.length() : lineFeed;
        int textEnd = lineFeed > begin && text.charAt(lineFeed - 1) == '\r' ? end - 1 : end;
        for (int i = begin; i < textEnd; i++) {
            if (text.charAt(i) == '\r' || text.charAt(i) == 0) {
                throw new SdpFormatException("a line holds a character that ends lines or texts");
            }
        }
        boolean blank = textEnd == begin;
        if (!blank && (textEnd - begin < 2 || text.charAt(begin + 1) != '=' || !isType(text.charAt(begin)))) {
            throw new SdpFormatException("a line does not begin with a letter and an equals sign");
        }
        return new SdpLine(text.substring(begin, textEnd), text.substring(textEnd, lineFeed < 0 ? end : end + 1));
    }

    private static boolean isType(char c) {
        return c >= 'a' && c <= 'z';
    }

    public SdpSection session() {
        return session;
    }

    public List<SdpSection> media() {
        return media;
    }

    /** Each section changed, the session first. */
    Sdp with(UnaryOperator<SdpSection> change) {
        return new Sdp(change.apply(session), media.stream().map(change).toList());
    }

    Sdp withMedia(int index, SdpSection section) {
        List<SdpSection> sections = new ArrayList<>(media);
        sections.set(index, section);
        return new Sdp(session, sections);
    }

    /** How lines end here. */
    String lineEnd() {
        List<SdpLine> first =
                session.lines().isEmpty() && !media.isEmpty() ? media.getFirst().lines() : session.lines();
        return first.isEmpty() || first.getFirst().end().isEmpty()
                ? USUAL_END
                : first.getFirst().end();
    }

    /** Which section carries the transport of the others: the first of the first bundle (RFC 9143), else the first in use. */
    public Optional<Integer> transportSection() {
        for (String mid : bundle()) {
            for (int i = 0; i < media.size(); i++) {
                if (media.get(i).attribute("mid").filter(mid::equals).isPresent()
                        && !media.get(i).isRefused()) {
                    return Optional.of(i);
                }
            }
        }
        for (int i = 0; i < media.size(); i++) {
            if (!media.get(i).isRefused()) {
                return Optional.of(i);
            }
        }
        return media.isEmpty() ? Optional.empty() : Optional.of(0);
    }

    /** The mids that share one transport; empty where nothing is bundled. */
    public List<String> bundle() {
        return session.lines().stream()
                .flatMap(line -> line.attribute("group").stream())
                .filter(group -> group.startsWith("BUNDLE "))
                .findFirst()
                .map(group -> Arrays.stream(group.substring("BUNDLE ".length()).split(" ", -1))
                        .filter(mid -> !mid.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    public Optional<String> iceUfrag() {
        return transportAttribute("ice-ufrag");
    }

    public Optional<String> icePwd() {
        return transportAttribute("ice-pwd");
    }

    /** Of the section with the transport, else of the session, where it holds for all. */
    private Optional<String> transportAttribute(String name) {
        return transportSection()
                .flatMap(index -> media.get(index).attribute(name))
                .or(() -> session.attribute(name))
                .filter(value -> !value.isEmpty());
    }

    public boolean isIceLite() {
        return session.has("ice-lite");
    }

    /** Candidates of all sections, those of the transport first. */
    public List<Candidate> candidates() {
        List<Candidate> all = new ArrayList<>();
        Optional<Integer> first = transportSection();
        first.ifPresent(index -> all.addAll(media.get(index).candidates()));
        all.addAll(session.candidates());
        for (int i = 0; i < media.size(); i++) {
            if (first.isEmpty() || first.get() != i) {
                all.addAll(media.get(i).candidates());
            }
        }
        return all;
    }

    /** The text with its lines as they were read, and those that were changed. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(4_096);
        append(session, text);
        media.forEach(section -> append(section, text));
        return text.toString();
    }

    private static void append(SdpSection section, StringBuilder text) {
        section.lines().forEach(line -> text.append(line.text()).append(line.end()));
    }
}
