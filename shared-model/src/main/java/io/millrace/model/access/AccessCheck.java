package io.millrace.model.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a client must show before it may publish or play. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AccessCheck.None.class, name = "none"),
    @JsonSubTypes.Type(value = AccessCheck.Signed.class, name = "signed"),
    @JsonSubTypes.Type(value = AccessCheck.Jwt.class, name = "jwt"),
    @JsonSubTypes.Type(value = AccessCheck.Callback.class, name = "callback")
})
public sealed interface AccessCheck {

    /** The parameter of a URL that carries a token, where no header can. */
    String TOKEN = "token";

    /** The parameters of a URL that are for this check alone. */
    default Set<String> parameters() {
        return Set.of();
    }

    /** Nothing. */
    record None() implements AccessCheck {}

    /**
     * A URL with an expiry and a signature.
     *
     * @param keys names of {@link AccessKey}s; a signature by any of them is good, so that one key can follow another
     */
    record Signed(List<String> keys) implements AccessCheck {

        public Signed {
            keys = List.copyOf(keys);
        }

        @Override
        public Set<String> parameters() {
            return UrlPermit.PARAMETERS;
        }
    }

    /**
     * A JSON web token with a signature by a private key; its claims {@code publish} and {@code play} name streams.
     *
     * @param jwks where the issuer publishes its keys; null where they are in {@code publicKeys}
     * @param publicKeys in PEM
     * @param issuer that the claim {@code iss} must name; null for any
     * @param audience that the claim {@code aud} must name; null for tokens that name none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Jwt(
            @Nullable URI jwks,
            List<String> publicKeys,
            @Nullable String issuer,
            @Nullable String audience) implements AccessCheck {

        public Jwt {
            publicKeys = publicKeys == null ? List.of() : List.copyOf(publicKeys);
        }

        @Override
        public Set<String> parameters() {
            return Set.of(TOKEN);
        }
    }

    /**
     * A web service agrees, asked as SRS asks its callbacks.
     *
     * @param cacheSeconds how long its answer holds for the same client, stream and parameters; 0 to ask each time
     * @param allowWhenUnavailable what holds when it does not answer in time
     */
    record Callback(URI url, int timeoutMillis, int cacheSeconds, boolean allowWhenUnavailable)
            implements AccessCheck {}
}
