package io.millrace.worker.dash;

import io.millrace.model.Protocol;
import io.millrace.worker.dash.codec.Mpd;
import io.millrace.worker.dash.codec.MpdFormatException;
import io.millrace.worker.http.delivery.Format;
import io.millrace.worker.http.delivery.Playlist;
import io.millrace.worker.http.delivery.UnreadablePlaylistException;
import java.util.Set;

/** What is DASH's own. */
public final class DashFormat implements Format {

    private static final Set<String> CHANGING = Set.of("CMCD");

    @Override
    public Protocol protocol() {
        return Protocol.DASH;
    }

    @Override
    public boolean isPlaylist(String extension) {
        return extension.equals("mpd");
    }

    @Override
    public String contentType() {
        return "application/dash+xml";
    }

    @Override
    public boolean isContentType(String lowerCase) {
        return lowerCase.contains("dash+xml");
    }

    @Override
    public Playlist parse(String text) {
        try {
            return new DashText(Mpd.parse(text));
        } catch (MpdFormatException e) {
            throw new UnreadablePlaylistException(String.valueOf(e.getMessage()));
        }
    }

    /** CTA-5004. */
    @Override
    public Set<String> changingParameters() {
        return CHANGING;
    }

    @Override
    public boolean mayBlock(String query) {
        return false;
    }
}
