package io.millrace.control.limits;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the body of an answer as long as it is not too long and there is room for it; then the connection is given up. */
public final class RationedBody implements BodySubscriber<byte[]> {

    private final long maxLength;
    private final int weight;
    private final Ration ration;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /** Why a body was not read to its end. */
    public static final class CutException extends IOException {

        private static final long serialVersionUID = 1L;

        private final boolean tooLong;

        private CutException(boolean tooLong) {
            super(tooLong ? "too long" : "no room");
            this.tooLong = tooLong;
        }

        /** Else there was no room. */
        public boolean isTooLong() {
            return tooLong;
        }
    }

    private RationedBody(long maxLength, int weight, Ration ration) {
        this.maxLength = maxLength;
        this.weight = weight;
        this.ration = ration;
    }

    /** @param weight how many bytes of memory one of the body becomes */
    public static BodyHandler<byte[]> handler(long maxLength, int weight, Ration ration) {
        return head -> new RationedBody(maxLength, weight, ration);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription granted) {
        subscription = granted;
        granted.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        int length = pieces.stream().mapToInt(ByteBuffer::remaining).sum();
        if (body.isDone()) {
            return;
        }
        boolean tooLong = read.size() + (long) length > maxLength;
        if (tooLong || !ration.take((long) length * weight)) {
            if (subscription != null) {
                subscription.cancel();
            }
            body.completeExceptionally(new CutException(tooLong));
            return;
        }
        for (ByteBuffer piece : pieces) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            read.write(bytes, 0, bytes.length);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(read.toByteArray());
    }
}
