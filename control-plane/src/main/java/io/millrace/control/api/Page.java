package io.millrace.control.api;

import io.millrace.control.errors.InvalidFieldException;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A part of a listing.
 *
 * @param next what to send as {@code after} for the part that follows; null when nothing does
 */
public record Page<T>(
        List<T> items,

        @Schema(description = "Send this as the cursor to get what follows; absent at the end") @Nullable
        String next) {

    public static final int MAX_LIMIT = 1_000;

    /** What a resource takes when the caller names no limit. */
    public static final String DEFAULT_LIMIT = "100";

    public Page {
        items = List.copyOf(items);
    }

    /** @param oneMore up to limit + 1 items; the last only shows that something follows */
    public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, String> cursor) {
        if (oneMore.size() <= limit) {
            return new Page<>(oneMore, null);
        }
        List<T> items = oneMore.subList(0, limit);
        return new Page<>(items, cursor.apply(items.getLast()));
    }

    /**
     * Cuts a page out of a whole list that is ordered by its cursor.
     *
     * @param limit as asked for; null for the default
     */
    public static <T> Page<T> of(
            List<T> ordered, @Nullable String after, @Nullable Integer limit, Function<T, String> cursor) {
        int size = limit(limit == null ? DEFAULT_LIMIT : limit.toString());
        List<T> oneMore = ordered.stream()
                .filter(item -> after == null || cursor.apply(item).compareTo(after) > 0)
                .limit(size + 1L)
                .toList();
        return of(oneMore, size, cursor);
    }

    public <R> Page<R> map(Function<T, R> view) {
        return new Page<>(items.stream().map(view).toList(), next);
    }

    /** Reads a limit as it was sent. */
    public static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw badLimit(text);
        }
        throw badLimit(text);
    }

    private static InvalidFieldException badLimit(String text) {
        return new InvalidFieldException("limit", "limit is '" + text + "'; allowed are 1 to " + MAX_LIMIT);
    }
}
