package io.millrace.worker.http.delivery;

import io.millrace.model.Protocol;
import java.util.Set;

/** What differs between HLS and DASH. Safe on any thread. */
public interface Format {

    Protocol protocol();

    /** Whether a path without a token leads to a playlist of this format. */
    boolean isPlaylist(String extension);

    /** Of a playlist whose origin does not say it, or says something else. */
    String contentType();

    /** Whether an origin's content type is right for a playlist. */
    boolean isContentType(String lowerCase);

    /**
     * Reads what an origin wrote.
     *
     * @throws UnreadablePlaylistException when it is none
     */
    Playlist parse(String text);

    /** Parameters by which one viewer's requests for one playlist differ: they say nothing of whose they are. */
    Set<String> changingParameters();

    /** Whether the origin may hold this request back until there is something new. */
    boolean mayBlock(String query);
}
