package io.millrace.worker.webrtc.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The lines of the session, or of one {@code m=} line up to the next. A change gives another section; untouched lines stay as they are. */
public record SdpSection(List<SdpLine> lines) {

    static final String END_OF_CANDIDATES = "end-of-candidates";

    public SdpSection {
        lines = List.copyOf(lines);
    }

    /** Empty for the session. */
    public Optional<SdpMedia> media() {
        return lines.isEmpty() || !lines.getFirst().is('m')
                ? Optional.empty()
                : Optional.of(SdpMedia.parse(lines.getFirst().value()));
    }

    /** Of the first attribute of this name; an empty text for one without a value. */
    public Optional<String> attribute(String name) {
        return lines.stream().flatMap(line -> line.attribute(name).stream()).findFirst();
    }

    public boolean has(String attribute) {
        return lines.stream().anyMatch(line -> line.isAttribute(attribute));
    }

    /** Those that can be read. */
    public List<Candidate> candidates() {
        return lines.stream()
                .flatMap(line -> line.attribute(Candidate.ATTRIBUTE).stream())
                .flatMap(value -> Candidate.parse(value).stream())
                .toList();
    }

    public Optional<SdpConnection> connection() {
        return lines.stream()
                .filter(line -> line.is('c'))
                .flatMap(line -> SdpConnection.parse(line.value()).stream())
                .findFirst();
    }

    /** Whether the section carries nothing: its port is 0, and not because it lives on another section's transport (RFC 9143). */
    public boolean isRefused() {
        return media().filter(media -> media.port() == 0).isPresent() && !has("bundle-only");
    }

    SdpSection without(String attribute) {
        return new SdpSection(
                lines.stream().filter(line -> !line.isAttribute(attribute)).toList());
    }

    SdpSection with(UnaryOperator<SdpLine> change) {
        return new SdpSection(lines.stream().map(change).toList());
    }

    /**
     * These candidates in place of those that are there; where there are none, before the word that no more will come, or at the
     * end.
     */
    SdpSection withCandidates(List<Candidate> candidates, String lineEnd) {
        List<SdpLine> all = new ArrayList<>(lines.size() + candidates.size());
        boolean written = false;
        boolean replaces = has(Candidate.ATTRIBUTE);
        for (SdpLine line : lines) {
            boolean isCandidate = line.isAttribute(Candidate.ATTRIBUTE);
            if (!written && (isCandidate || (!replaces && line.isAttribute(END_OF_CANDIDATES)))) {
                addAll(candidates, lineEnd, all);
                written = true;
            }
            if (!isCandidate) {
                all.add(line);
            }
        }
        if (!written) {
            int end = endOfWords(all);
            List<SdpLine> blank = List.copyOf(all.subList(end, all.size()));
            all.subList(end, all.size()).clear();
            if (!all.isEmpty()) {
                all.set(all.size() - 1, all.getLast().ended(lineEnd));
            }
            addAll(candidates, lineEnd, all);
            all.addAll(blank);
        }
        return new SdpSection(all);
    }

    /** Some texts end with blank lines. */
    private static int endOfWords(List<SdpLine> lines) {
        int end = lines.size();
        while (end > 0 && lines.get(end - 1).text().isEmpty()) {
            end--;
        }
        return end;
    }

    private static void addAll(List<Candidate> candidates, String lineEnd, List<SdpLine> lines) {
        candidates.forEach(
                candidate -> lines.add(SdpLine.attribute(Candidate.ATTRIBUTE, candidate.toString(), lineEnd)));
    }
}
