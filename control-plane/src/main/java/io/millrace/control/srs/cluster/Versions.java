package io.millrace.control.srs.cluster;

import io.millrace.control.srs.cluster.Envelope.Answer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /api/v1/versions} answers on every port. Probes ask for it all the time, and it takes no token, so origins are asked
 * at most once in {@link #KEPT} for all of them together. Any thread; only the first questions of a process wait.
 */
final class Versions {

    static final Duration KEPT = Duration.ofSeconds(2);

    private final Supplier<Answer> question;
    private final LongSupplier nanoTime;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Kept kept;

    Versions(Supplier<Answer> question, LongSupplier nanoTime) {
        this.question = question;
        this.nanoTime = nanoTime;
    }

    private record Kept(Answer answer, long atNanos) {}

    Answer get() {
        Kept now = kept;
        if (now != null && isFresh(now)) {
            return now.answer();
        }
        if (now == null) {
            asking.lock();
        } else if (!asking.tryLock()) {
            return now.answer();
        }
        try {
            Kept meanwhile = kept;
            return meanwhile != null && isFresh(meanwhile) ? meanwhile.answer() : ask();
        } finally {
            asking.unlock();
        }
    }

    private Answer ask() {
        Answer answer = question.get();
        if (answer.status() == Envelope.OK) {
            // Where origins are is nothing for everybody.
            answer.json().remove(Envelope.MISSING);
            kept = new Kept(answer, nanoTime.getAsLong());
        }
        return answer;
    }

    private boolean isFresh(Kept one) {
        return nanoTime.getAsLong() - one.atNanos() < KEPT.toNanos();
    }
}
