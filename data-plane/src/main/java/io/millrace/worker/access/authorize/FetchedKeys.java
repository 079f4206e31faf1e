package io.millrace.worker.access.authorize;

import io.millrace.worker.access.authorize.WebCalls.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Keys that an issuer publishes. They are fetched when first needed, then now and then, and when a token names one that is not among them, though not
 * for each such token. While the issuer is unavailable the keys that are known go on counting.
 */
final class FetchedKeys implements IssuerKeys {

    private static final Logger LOG = Logger.getLogger(FetchedKeys.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final long MAX_BYTES = 256 << 10;
    private static final long FRESH_NANOS = Duration.ofMinutes(10).toNanos();

    /** Tokens with made up key ids lead to no more fetches than this allows. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

    private final URI url;
    private final WebCalls calls;
    private final LongSupplier nanos;
    private Known known = new Known(List.of(), "not fetched yet");
    private long fetchedAt;
    private long beganAt;
    private boolean everBegan;
    private @Nullable CompletableFuture<Known> fetching;

    /** @param nanos a steady clock */
    FetchedKeys(URI url, WebCalls calls, LongSupplier nanos) {
        this.url = url;
        this.calls = calls;
        this.nanos = nanos;
    }

    @Override
    public CompletableFuture<Known> forToken(String token) {
        String keyId = keyId(token);
        synchronized (this) {
            boolean isThere = !known.keys().isEmpty()
                    && (keyId == null || known.keys().stream().anyMatch(key -> keyId.equals(key.getKeyId())));
            if (isThere) {
                if (nanos.getAsLong() - fetchedAt > FRESH_NANOS) {
                    fetch();
                }
                return CompletableFuture.completedFuture(known);
            }
            return fetch();
        }
    }

    private static @Nullable String keyId(String token) {
        try {
            return JsonWebStructure.fromCompactSerialization(token).getKeyIdHeaderValue();
        } catch (JoseException malformed) {
            return null;
        }
    }

    /** What is known after it; too soon after the fetch before, that is what is known now. */
    private CompletableFuture<Known> fetch() {
        CompletableFuture<Known> underWay = fetching;
        if (underWay != null) {
            return underWay;
        }
        if (everBegan && nanos.getAsLong() - beganAt < PAUSE_NANOS) {
            return CompletableFuture.completedFuture(known);
        }
        everBegan = true;
        beganAt = nanos.getAsLong();
        CompletableFuture<Known> begun = new CompletableFuture<>();
        fetching = begun;
        calls.get(url, TIMEOUT, MAX_BYTES)
                .thenApply(FetchedKeys::keys)
                .whenComplete((keys, failure) -> begun.complete(fetched(keys, failure)));
        return begun;
    }

    private static List<JsonWebKey> keys(Answer answer) {
        if (answer.status() != 200) {
            throw new IllegalStateException("status " + answer.status());
        }
        try {
            List<JsonWebKey> keys = new JsonWebKeySet(answer.body())
                    .getJsonWebKeys().stream()
                            .filter(PublicJsonWebKey.class::isInstance)
                            .toList();
            if (keys.isEmpty()) {
                throw new IllegalStateException("no public key in it");
            }
            return keys;
        } catch (JoseException e) {
            throw new IllegalStateException("no JSON web key set", e);
        }
    }

    private synchronized Known fetched(@Nullable List<JsonWebKey> keys, @Nullable Throwable failure) {
        fetching = null;
        if (keys != null) {
            known = new Known(keys, "");
            fetchedAt = nanos.getAsLong();
            return known;
        }
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        String why = cause == null
                ? "unknown"
                : cause instanceof IllegalStateException
                        ? Objects.requireNonNullElse(cause.getMessage(), "unknown")
                        : cause.getClass().getSimpleName();
        LOG.warnf(
                "keys of a token issuer unavailable url=%s why=\"%s\" keysKnown=%d",
                WebCalls.shown(url), why, known.keys().size());
        if (known.keys().isEmpty()) {
            known = new Known(List.of(), why);
        }
        return known;
    }
}
