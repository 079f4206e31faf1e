package io.millrace.control.security.login.oidc;

/** The provider does not answer, or too many wait for it already. */
public final class ProviderUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** After how many seconds it may work. */
    public static final int RETRY_AFTER = 2;

    ProviderUnavailableException() {
        super("the identity provider does not answer", null, false, false);
    }
}
