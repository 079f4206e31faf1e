package io.millrace.worker.access.authorize;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.JsonWebKey;

/** The public keys of an issuer of tokens. Any thread. */
interface IssuerKeys {

    /**
     * What is known of them.
     *
     * @param problem why nothing is known; empty where something is
     */
    record Known(List<JsonWebKey> keys, String problem) {}

    /** The keys by which this token may be signed; the future never fails. */
    CompletableFuture<Known> forToken(String token);
}
