package io.millrace.worker.http;

/** Answers some of the requests. Services are asked in order; the first that claims a request serves it. */
public interface HttpService {

    /** Looks at method, path and query alone; called on event loops. */
    boolean claims(Request request);

    /**
     * Answers. What is thrown here ends the exchange with 500 and an error line; a client's mistake is a refusal, not an
     * exception.
     */
    void serve(Exchange exchange);
}
