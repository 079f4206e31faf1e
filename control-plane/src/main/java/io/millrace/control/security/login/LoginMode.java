package io.millrace.control.security.login;

import io.millrace.control.settings.InvalidSettingException;
import java.util.Locale;

/** How people log in. */
public enum LoginMode {
    /** Not at all: management is answered to this machine only. */
    OPEN("without a log-in, management is answered on this machine only (by its loopback address, not through a proxy);"
            + " from elsewhere, send an API token as bearer token, or set MILLRACE_LOGIN=local"),

    /** With a name and a password. */
    LOCAL("log in at /api/v1/login, or send an API token as bearer token");

    public static final String PROPERTY = "millrace.login";

    private final String howTo;

    LoginMode(String howTo) {
        this.howTo = howTo;
    }

    /** @throws InvalidSettingException when there is no such mode */
    public static LoginMode of(String text) {
        for (LoginMode mode : values()) {
            if (mode.word().equals(text.strip())) {
                return mode;
            }
        }
        throw new InvalidSettingException(PROPERTY, text, "open or local");
    }

    /** What is said to those who have not. */
    public String howToLogIn() {
        return howTo;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
