package io.millrace.control.srs.sender;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.model.digest.Sha256;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What hooks must show where it is set: SRS can send no header, but a query stands in the URL that it is given. */
final class HooksToken {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~-]{1,256}");

    private final byte @Nullable [] digest;

    private HooksToken(byte @Nullable [] digest) {
        this.digest = digest;
    }

    static HooksToken of(Optional<String> token) {
        if (token.isPresent() && !ALLOWED.matcher(token.get()).matches()) {
            // Not the value: it would be a secret in a log.
            throw new InvalidSettingException(
                    "millrace.hooks-token",
                    "...",
                    "1 to 256 of the characters A-Z a-z 0-9 . _ ~ -, or nothing for no token");
        }
        return new HooksToken(token.map(Sha256::of).orElse(null));
    }

    /** In a time that shows neither content nor length of the token. */
    boolean is(@Nullable String presented) {
        return digest != null && MessageDigest.isEqual(digest, Sha256.of(presented == null ? "" : presented));
    }

    boolean isSet() {
        return digest != null;
    }
}
