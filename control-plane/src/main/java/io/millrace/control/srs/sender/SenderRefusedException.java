package io.millrace.control.srs.sender;

import io.millrace.control.registry.registration.RegistrationSettings;
import io.millrace.control.settings.InvalidSettingException;
import java.util.Locale;

/** A registration or a hook is not let in. */
public final class SenderRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** A token or credential is missing or wrong. */
        UNAUTHORIZED(401, "token", "token is missing or wrong"),
        NETWORK(
                403,
                "address",
                "the sender's address is in no network of "
                        + InvalidSettingException.variable(RegistrationSettings.NETWORKS)
                        + ", and it has shown no credential");

        private final int status;
        private final String field;
        private final String message;

        Reason(int status, String field, String message) {
            this.status = status;
            this.field = field;
            this.message = message;
        }

        /** Of the HTTP answer. */
        public int status() {
            return status;
        }

        /** What of the request it is about. */
        public String field() {
            return field;
        }

        public String message() {
            return message;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    SenderRefusedException(Reason reason) {
        super(reason.message(), null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
