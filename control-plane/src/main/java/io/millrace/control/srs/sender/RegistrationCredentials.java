package io.millrace.control.srs.sender;

import io.millrace.control.security.token.IssuedSecrets;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.address.Networks;
import java.security.SecureRandom;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The credentials with which origins register and call hooks. */
public final class RegistrationCredentials extends IssuedSecrets<RegistrationCredential> {

    public static final int MAX_CREDENTIALS = 2_000;

    /** What every one begins with. */
    static final String PREFIX = "mlo_";

    public RegistrationCredentials(
            KeyedStore<String, RegistrationCredential> store, SteadyClock clock, SecureRandom random) {
        super(PREFIX, "origin credentials", MAX_CREDENTIALS, store, clock, random);
    }

    /**
     * @param servers a pattern
     * @param networks as {@link Networks} reads them
     */
    public Made<RegistrationCredential> make(
            String servers, String networks, String createdBy, @Nullable Instant expiresAt) {
        return make((id, digest, now) ->
                new RegistrationCredential(id, servers, networks, digest, now, createdBy, expiresAt, null));
    }
}
