package io.millrace.worker.rtsp.session;

import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Requests of a client that wait for their answer, in their order, which is also the order of the answers: one by the worker waits for
 * those that the origin still owes.
 *
 * @param <T> what the relay remembers with a request
 */
public final class Unanswered<T> {

    /** No client has so many requests at once, and each is remembered. */
    public static final int MAX = 32;

    private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();

    /** @param request without its body */
    private record Entry<T>(RtspRequest request, Optional<T> note, Optional<RtspResponse> ours, long sinceNanos) {}

    /** A request that has its answer now. */
    public record Answered<T>(RtspRequest request, Optional<T> note) {}

    public boolean isFull() {
        return entries.size() >= MAX;
    }

    /** The origin was asked. */
    public void asked(RtspRequest request, Optional<T> note, long nowNanos) {
        entries.addLast(new Entry<>(withoutBody(request), note, Optional.empty(), nowNanos));
    }

    /** We answer this one; {@link #due} says when. */
    public void ours(RtspRequest request, RtspResponse answer, long nowNanos) {
        entries.addLast(new Entry<>(withoutBody(request), Optional.empty(), Optional.of(answer), nowNanos));
    }

    private static RtspRequest withoutBody(RtspRequest request) {
        return new RtspRequest(request.method(), request.uri(), request.headers(), "");
    }

    /**
     * The origin answers: the oldest request with that number, or the oldest of all where it gives none. Empty when it was not
     * asked that.
     */
    public Optional<Answered<T>> answered(RtspResponse answer) {
        for (Iterator<Entry<T>> all = entries.iterator(); all.hasNext(); ) {
            Entry<T> entry = all.next();
            boolean meant = entry.ours().isEmpty()
                    && (answer.cseq().isEmpty() || entry.request().cseq().equals(answer.cseq()));
            if (meant) {
                if (!answer.isProvisional()) {
                    all.remove();
                }
                return Optional.of(new Answered<>(entry.request(), entry.note()));
            }
        }
        return Optional.empty();
    }

    /** Our own answers whose turn it is. */
    public List<RtspResponse> due() {
        List<RtspResponse> due = new ArrayList<>();
        while (!entries.isEmpty() && entries.getFirst().ours().isPresent()) {
            entries.removeFirst().ours().ifPresent(due::add);
        }
        return due;
    }

    /** How long the origin has owed an answer. */
    public long oldestNanos(long nowNanos) {
        return entries.isEmpty() ? 0 : nowNanos - entries.getFirst().sinceNanos();
    }
}
