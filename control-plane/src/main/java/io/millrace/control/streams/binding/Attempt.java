package io.millrace.control.streams.binding;

import java.util.Optional;
import java.util.function.Function;

/** One try at a decision: it came to a result, or another writer changed the binding meanwhile and it has to be taken again. */
public sealed interface Attempt<T> {

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
}
