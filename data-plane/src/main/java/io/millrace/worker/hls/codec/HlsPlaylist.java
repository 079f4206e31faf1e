package io.millrace.worker.hls.codec;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/**
 * A playlist as its text and the places where URIs stand in it. Made once per fetch and rendered once per viewer: all but the URIs stays
 * as the origin wrote it, line ends, byte order mark, unknown tags and comments included.
 */
public final class HlsPlaylist {

    private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();

    private final String text;
    private final HlsFacts facts;
    private final List<HlsUri> uris;

    HlsPlaylist(String text, HlsFacts facts, List<HlsUri> uris) {
        this.text = text;
        this.facts = facts;
        this.uris = List.copyOf(uris);
    }

    /**
     * @param text decoded from UTF-8, the only encoding that playlists have
     * @throws HlsFormatException if it is no playlist
     */
    public static HlsPlaylist parse(String text) {
        return new HlsParser(text).playlist();
    }

    /** @return the text as it was parsed */
    public String text() {
        return text;
    }

    public HlsFacts facts() {
        return facts;
    }

    /** @return all places with a URI, in the order of the text; {@code data:} and {@code skd:} ones among them */
    public List<HlsUri> uris() {
        return uris;
    }

    /**
     * The text with each URI replaced by what {@code rewrite} makes of it. A place whose URI comes back unchanged keeps its very
     * characters. What the place cannot hold is percent-encoded: control characters, and quotes and commas in attributes.
     */
    public String render(Function<? super HlsUri, String> rewrite) {
        StringBuilder out = new StringBuilder(text.length() + uris.size() * 32);
        int written = 0;
        for (HlsUri uri : uris) {
            String replacement = rewrite.apply(uri);
            if (!replacement.equals(uri.uri())) {
                out.append(text, written, uri.start());
                append(out, replacement, uri.place());
                written = uri.end();
            }
        }
        return out.append(text, written, text.length()).toString();
    }

    private static void append(StringBuilder out, String uri, HlsUri.Place place) {
        int written = 0;
        for (int at = 0; at < uri.length(); at++) {
            char c = uri.charAt(at);
            if (place.forbids(c)) {
                out.append(uri, written, at).append('%').append(UPPER_HEX.toHexDigits((byte) c));
                written = at + 1;
            }
        }
        out.append(uri, written, uri.length());
    }
}
