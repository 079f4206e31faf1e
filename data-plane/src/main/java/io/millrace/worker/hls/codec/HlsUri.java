package io.millrace.worker.hls.codec;

/**
 * A place in a playlist where a URI stands.
 *
 * @param index its number among the playlist's URIs, from 0
 * @param uri as a player reads it: quotes are gone and variables of the playlist are replaced
 * @param open holds a variable that only the player knows (EXT-X-DEFINE with IMPORT or QUERYPARAM), so only the player can resolve it
 * @param start where it starts in the text
 * @param end where it ends in the text
 */
public record HlsUri(int index, HlsRole role, String uri, boolean open, Place place, int start, int end) {

    /** How the text around a URI limits what it may contain. */
    public enum Place {
        LINE,
        QUOTED,
        /** An attribute whose quotes were forgotten. */
        BARE;

        boolean forbids(char c) {
            return c < ' ' || c == 0x7f || (this == QUOTED && c == '"') || (this == BARE && (c == ',' || c == '"'));
        }
    }
}
