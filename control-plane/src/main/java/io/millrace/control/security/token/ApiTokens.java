package io.millrace.control.security.token;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.time.SteadyClock;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The API tokens of this cluster. */
public final class ApiTokens extends IssuedSecrets<ApiToken> {

    public static final int MAX_TOKENS = 1_000;

    public ApiTokens(KeyedStore<String, ApiToken> store, SteadyClock clock, SecureRandom random) {
        super("mlr_", "tokens", MAX_TOKENS, store, clock, random);
    }

    public Made<ApiToken> make(String name, String role, String createdBy, @Nullable Instant expiresAt) {
        return make((id, digest, now) -> new ApiToken(id, name, role, digest, now, createdBy, expiresAt, null));
    }

    /** As {@link #find}, and it was used. */
    public Optional<ApiToken> use(String presented) {
        Optional<ApiToken> token = find(presented);
        token.ifPresent(this::used);
        return token;
    }
}
