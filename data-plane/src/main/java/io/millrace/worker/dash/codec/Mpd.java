package io.millrace.worker.dash.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A DASH manifest as its text and the places where URIs stand in it. Made once per fetch and rendered once per viewer: all but the URIs
 * stays as the origin wrote it, byte order mark, XML declaration, comments, order and quotes of attributes included.
 */
public final class Mpd {

    /** Where base URLs can stand: the manifest, a period, an adaptation set, a representation. */
    record Level(int parent, int firstBaseUrl) {}

    private final String text;
    private final MpdFacts facts;
    private final List<MpdUri> uris;
    private final List<Level> levels;

    Mpd(String text, MpdFacts facts, List<MpdUri> uris, List<Level> levels) {
        this.text = text;
        this.facts = facts;
        this.uris = List.copyOf(uris);
        this.levels = List.copyOf(levels);
    }

    /**
     * @param text decoded as its encoding says, UTF-8 by default
     * @throws MpdFormatException if it is no manifest
     */
    public static Mpd parse(String text) {
        return new MpdParser(text).mpd();
    }

    /** @return a text that stands for itself in a template: its dollar signs doubled */
    public static String asTemplate(String literal) {
        return literal.replace("$", "$$");
    }

    /** @return the text as it was parsed */
    public String text() {
        return text;
    }

    public MpdFacts facts() {
        return facts;
    }

    /** @return all places with a URI, in the order of the text; {@code data:} and {@code urn:} ones among them */
    public List<MpdUri> uris() {
        return uris;
    }

    /**
     * The base URLs that hold for a URI, outermost first: resolve the first against the manifest's own URL, each further one against
     * the result, then the URI. Where a level offers alternatives this is its first. For a base URL these are the ones of the
     * levels around it. Empty where the manifest's own URL is the base.
     */
    public List<String> baseUrls(MpdUri uri) {
        List<String> bases = new ArrayList<>(4);
        for (int level = uri.level(); level >= 0; level = levels.get(level).parent()) {
            int first = levels.get(level).firstBaseUrl();
            if (first >= 0) {
                bases.add(uris.get(first).uri());
            }
        }
        Collections.reverse(bases);
        return List.copyOf(bases);
    }

    /**
     * The text with each URI replaced by what {@code rewrite} makes of it, escaped as its place demands. A place whose URI comes
     * back unchanged keeps its very characters.
     */
    public String render(Function<? super MpdUri, String> rewrite) {
        StringBuilder out = new StringBuilder(text.length() + uris.size() * 32);
        int written = 0;
        for (MpdUri uri : uris) {
            String replacement = rewrite.apply(uri);
            if (!replacement.equals(uri.uri())) {
                out.append(text, written, uri.start());
                uri.place().write(replacement, out);
                written = uri.end();
            }
        }
        return out.append(text, written, text.length()).toString();
    }
}
