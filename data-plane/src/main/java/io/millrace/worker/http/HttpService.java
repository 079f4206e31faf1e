package io.millrace.worker.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/**
 * Answers some of the requests. Every bean of this type is asked, in the order of {@link #order}; the first that claims a request
 * serves it.
 */
public interface HttpService {

    /** Looks at method, path and query alone; called on event loops. */
    boolean claims(Request request);

    /**
     * Answers. What is thrown here ends the exchange with 500 and an error line; a client's mistake is a refusal, not an
     * exception.
     */
    void serve(Exchange exchange);

    /**
     * Adds what it has to say to the answer that the server gives to {@code OPTIONS}, for paths that it claims: CORS is there
     * already.
     */
    default void options(Request request, HttpHeaders answer) {}

    /** Whether pages of any origin may read its answers; those of this server always may. */
    default boolean isForPages() {
        return true;
    }

    /** How metrics and log lines call it. */
    default String word() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Those with lower numbers are asked first; what takes whatever is left has a high one. */
    default int order() {
        return 100;
    }

    /** Where it is asked. */
    default HttpPort port() {
        return HttpPort.MEDIA;
    }
}
