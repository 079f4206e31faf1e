package io.millrace.control.streams.binding;

import io.millrace.model.StreamKey;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** One try at a decision: it came to a result, or another writer changed the binding meanwhile and it has to be taken again. */
public sealed interface Attempt<T> {

    /** Above this something else is wrong than two writers at once. */
    int MAX_ATTEMPTS = 100;

    record Done<T>(T result) implements Attempt<T> {}

    record Again<T>() implements Attempt<T> {}

    static <T> Attempt<T> done(T result) {
        return new Done<>(result);
    }

    static <T> Attempt<T> again() {
        return new Again<>();
    }

    /** A write that was refused because another writer was quicker is attempted again. */
    static <W, T> Attempt<T> ifWritten(Optional<W> written, Function<W, T> result) {
        return written.isPresent() ? done(result.apply(written.get())) : again();
    }

    /** Repeats an attempt until no other writer was quicker. */
    static <T> T decide(StreamKey stream, Supplier<Attempt<T>> attempt) {
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            if (attempt.get() instanceof Attempt.Done<T>(T result)) {
                return result;
            }
        }
        throw new IllegalStateException(
                "the binding of " + stream + " changed " + MAX_ATTEMPTS + " times while one decision was taken");
    }
}
