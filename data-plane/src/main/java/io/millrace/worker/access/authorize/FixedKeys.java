package io.millrace.worker.access.authorize;

import io.millrace.model.access.PublicKeyPem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;

/** Keys that stand in the rule. */
final class FixedKeys implements IssuerKeys {

    private static final Logger LOG = Logger.getLogger(FixedKeys.class);

    private final CompletableFuture<Known> known;

    /** @param pems checked by the control plane; one that cannot be read all the same counts for nothing */
    FixedKeys(List<String> pems) {
        List<JsonWebKey> keys = new ArrayList<>();
        for (String pem : pems) {
            try {
                keys.add(JsonWebKey.Factory.newJwk(PublicKeyPem.parse(pem)));
            } catch (IllegalArgumentException | JoseException e) {
                LOG.warnf("public key of an access rule unreadable why=\"%s\"", e.getMessage());
            }
        }
        known = CompletableFuture.completedFuture(
                new Known(List.copyOf(keys), keys.isEmpty() ? "the rule has none that can be read" : ""));
    }

    @Override
    public CompletableFuture<Known> forToken(String token) {
        return known;
    }
}
