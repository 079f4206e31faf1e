package io.millrace.control.api;

import io.millrace.control.InvalidFieldException;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A part of a listing.
 *
 * @param next goes into {@code after} to get the part that follows; null at the end
 */
public record Page<T>(
        List<T> items,
        @Schema(examples = "o-3f1c2a9b7d01") @Nullable String next) {

    public static final int DEFAULT_LIMIT = 100;
    public static final int MAX_LIMIT = 1_000;

    /**
     * Cuts a page out of a list that is ordered by its cursor.
     *
     * @param limit as asked for; null for the default
     */
    public static <T> Page<T> of(
            List<T> ordered, @Nullable String after, @Nullable Integer limit, Function<T, String> cursor) {
        int size = limit == null ? DEFAULT_LIMIT : limit;
        if (size < 1 || size > MAX_LIMIT) {
            throw new InvalidFieldException("limit", "limit is " + size + "; allowed are 1 to " + MAX_LIMIT);
        }
        List<T> rest = ordered.stream()
                .filter(item -> after == null || cursor.apply(item).compareTo(after) > 0)
                .limit(size + 1L)
                .toList();
        return rest.size() <= size
                ? new Page<>(rest, null)
                : new Page<>(rest.subList(0, size), cursor.apply(rest.get(size - 1)));
    }
}
