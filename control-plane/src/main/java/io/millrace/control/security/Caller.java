package io.millrace.control.security;

/**
 * Who makes a request.
 *
 * @param name of the person or of the token
 * @param credential by what it is known: {@code this machine}, {@code session}, {@code token} with its id
 * @param address of the peer
 */
public record Caller(String name, String credential, String address) {

    /** The attribute of a security identity that names its credential. */
    public static final String CREDENTIAL = "millrace.credential";

    /** The credential of somebody who gave a password. */
    public static final String LOG_IN = "log-in";

    /** The credential of somebody who has logged in at the identity provider. */
    public static final String PROVIDER_LOG_IN = "log-in at the provider";

    /** The credential of a machine with a token of the identity provider. */
    public static final String PROVIDER_TOKEN = "token of the provider";

    /** The attribute that tells, as a {@link java.util.function.BooleanSupplier}, whether the credential is valid still; absent where it always is. */
    public static final String STILL_VALID = "millrace.still-valid";
}
