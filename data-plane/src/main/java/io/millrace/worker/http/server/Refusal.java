package io.millrace.worker.http.server;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What is wrong with a request that is not served. */
record Refusal(HttpResponseStatus status, String message) {

    static Refusal bad(String message) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, message);
    }
}
