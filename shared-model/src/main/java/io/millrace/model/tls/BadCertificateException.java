package io.millrace.model.tls;

/** A certificate or key that cannot be used; the message is one line for an operator. */
public final class BadCertificateException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean ofKey;

    private BadCertificateException(boolean ofKey, String message) {
        super(message);
        this.ofKey = ofKey;
    }

    public static BadCertificateException certificate(String message) {
        return new BadCertificateException(false, message);
    }

    public static BadCertificateException key(String message) {
        return new BadCertificateException(true, message);
    }

    /** Whether it is the key that is wrong. */
    public boolean isOfKey() {
        return ofKey;
    }

    /** What is wrong, in one line. */
    public String line() {
        return String.valueOf(getMessage());
    }
}
