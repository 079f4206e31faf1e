package io.millrace.worker.http.delivery;

/** An origin's text is no playlist. Its fault, so no stack trace. */
public final class UnreadablePlaylistException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadablePlaylistException(String what) {
        super(what, null, false, false);
    }
}
