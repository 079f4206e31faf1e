package io.millrace.control.srs.cluster;

import io.millrace.control.srs.origin.Deadline;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginApiException;
import io.millrace.model.Origin;
import io.millrace.model.OriginState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Asks all origins at once and takes what is there when the deadline is over. */
final class Gather implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Gather.class);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("srs-api-", 0).factory());

    /** What to ask one origin. */
    @FunctionalInterface
    interface Question<T> {

        /** @param sink gets every piece of the answer as it comes */
        void ask(Origin origin, Deadline deadline, Consumer<T> sink) throws OriginApiException;
    }

    /** What one origin answered; what came before a failure is kept. */
    record Share<T>(Origin origin, List<T> pieces) {}

    /** An origin whose answer is missing or not whole. */
    record Missing(Origin origin, String why) {}

    /** Both in the order of the origins. */
    record Gathered<T>(List<Share<T>> shares, List<Missing> missing) {}

    private static final class Pieces<T> {
        private final List<T> list = new ArrayList<>();
        private boolean closed;

        private synchronized void add(T piece) {
            if (!closed) {
                list.add(piece);
            }
        }

        private synchronized List<T> close() {
            closed = true;
            return List.copyOf(list);
        }
    }

    private record Asked<T>(
            Origin origin, Pieces<T> pieces, @Nullable Future<?> answer) {}

    /** Asks those of the origins that have an API; those that are down are not waited for. */
    <T> Gathered<T> all(Collection<Origin> origins, Deadline deadline, Question<T> question) {
        List<Asked<T>> asked = new ArrayList<>();
        for (Origin origin : origins) {
            if (OriginApi.endpoint(origin).isPresent()) {
                Pieces<T> pieces = new Pieces<>();
                asked.add(new Asked<>(
                        origin,
                        pieces,
                        origin.state() == OriginState.DOWN
                                ? null
                                : threads.submit(() -> {
                                    question.ask(origin, deadline, pieces::add);
                                    return null;
                                })));
            }
        }
        List<Share<T>> shares = new ArrayList<>();
        List<Missing> missing = new ArrayList<>();
        for (Asked<T> one : asked) {
            String failure = one.answer() == null ? "it is down" : outcome(one.answer(), deadline);
            List<T> pieces = one.pieces().close();
            if (failure != null) {
                missing.add(new Missing(one.origin(), failure));
            }
            if (failure == null || !pieces.isEmpty()) {
                shares.add(new Share<>(one.origin(), pieces));
            }
        }
        return new Gathered<>(List.copyOf(shares), List.copyOf(missing));
    }

    /** Why there is no whole answer; null if there is one. */
    private static @Nullable String outcome(Future<?> answer, Deadline deadline) {
        try {
            answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            return null;
        } catch (TimeoutException e) {
            answer.cancel(true);
            return deadline.missed();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return "this control plane stops";
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OriginApiException known) {
                return known.why();
            }
            LOG.error("origin not asked, internal error", e.getCause());
            return "internal error; the log has the details";
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
