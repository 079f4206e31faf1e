package io.millrace.control.registry.registration;

/** A registration that is well-formed and is not taken now; the same one may be taken later. */
public final class RegistrationRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why. */
    public enum Reason {
        TOO_FAST(429, "address"),
        /** The credential is one of another origin. */
        NOT_ITS_CREDENTIAL(403, "server"),
        TOO_MANY_ORIGINS(503, "server"),
        /** They wait for approval. */
        TOO_MANY_PENDING(503, "server");

        private final int status;
        private final String field;

        Reason(int status, String field) {
            this.status = status;
            this.field = field;
        }

        /** Of the HTTP answer. */
        public int status() {
            return status;
        }

        /** What of the registration it is about. */
        public String field() {
            return field;
        }
    }

    RegistrationRefusedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
