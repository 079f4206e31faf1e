package io.millrace.worker.http.server;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Netty's encoder, told when the answer is one to HEAD and so has no body, whatever its headers say. */
final class AnswerEncoder extends HttpResponseEncoder {

    private boolean head;

    void answers(boolean headRequest) {
        head = headRequest;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
        return head || super.isContentAlwaysEmpty(answer);
    }
}
