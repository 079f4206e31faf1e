package io.millrace.control.srs.sender;

import io.millrace.control.registry.registration.Sender.Scope;
import io.millrace.control.security.token.Issued;
import io.millrace.model.address.Networks;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A credential of origins as it is kept. The secret stands in the configuration of the origins only.
 *
 * @param servers a pattern of the server ids that it is for
 * @param networks as {@link Networks} reads them: from where it is taken, and where its origins may be
 */
public record RegistrationCredential(
        String id,
        String servers,
        String networks,
        String digest,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt)
        implements Issued<RegistrationCredential> {

    Scope scope() {
        return new Scope(servers, Networks.parse(networks));
    }

    @Override
    public RegistrationCredential usedAt(Instant when) {
        return new RegistrationCredential(id, servers, networks, digest, createdAt, createdBy, expiresAt, when);
    }

    @Override
    public String toString() {
        return "origin credential " + id;
    }
}
