package io.millrace.worker.hls;

import io.millrace.model.Protocol;
import io.millrace.worker.hls.codec.HlsFormatException;
import io.millrace.worker.hls.codec.HlsPlaylist;
import io.millrace.worker.http.delivery.Format;
import io.millrace.worker.http.delivery.Playlist;
import io.millrace.worker.http.delivery.UnreadablePlaylistException;
import io.millrace.worker.http.uri.RawQuery;
import java.util.Set;

/** What is HLS's own. */
public final class HlsFormat implements Format {

    private static final String MEDIA_SEQUENCE_NUMBER = "_HLS_msn";

    private static final Set<String> CHANGING =
            Set.of(MEDIA_SEQUENCE_NUMBER, "_HLS_part", "_HLS_skip", "_HLS_report", "CMCD");

    @Override
    public Protocol protocol() {
        return Protocol.HLS;
    }

    @Override
    public boolean isPlaylist(String extension) {
        return extension.equals("m3u8") || extension.equals("m3u");
    }

    @Override
    public String contentType() {
        return "application/vnd.apple.mpegurl";
    }

    @Override
    public boolean isContentType(String lowerCase) {
        return lowerCase.contains("mpegurl");
    }

    @Override
    public Playlist parse(String text) {
        try {
            return new HlsText(HlsPlaylist.parse(text));
        } catch (HlsFormatException e) {
            throw new UnreadablePlaylistException(String.valueOf(e.getMessage()));
        }
    }

    /** RFC 8216bis section 6.2.5, and CTA-5004. */
    @Override
    public Set<String> changingParameters() {
        return CHANGING;
    }

    /** RFC 8216bis section 6.2.5.2. */
    @Override
    public boolean mayBlock(String query) {
        return !query.isEmpty() && RawQuery.value(query, MEDIA_SEQUENCE_NUMBER) != null;
    }
}
