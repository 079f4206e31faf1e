package io.millrace.worker.http.server;

import io.netty.handler.codec.http.HttpResponseStatus;

/** What is wrong with a request that nobody should serve. */
record Refusal(HttpResponseStatus status, String words) {

    static Refusal bad(String words) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, words);
    }
}
