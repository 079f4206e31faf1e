package io.millrace.control.security.login;

import io.millrace.control.security.login.oidc.OidcSettings;
import io.millrace.control.settings.InvalidSettingException;
import java.util.Locale;

/** How people log in. */
public enum LoginMode {
    /** Not at all: management is answered to this machine only. */
    OPEN("without a log-in, management is answered on this machine only (by its loopback address, not through a proxy);"
            + " from elsewhere, send an API token as bearer token, or set MILLRACE_LOGIN=local or oidc"),

    /** With a name and a password. */
    LOCAL("log in at /api/v1/login, or send an API token as bearer token"),

    /** At an OpenID Connect provider. */
    OIDC("log in with a browser at " + OidcSettings.PATH + ", or send an API token or a token of the identity provider"
            + " as bearer token");

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
        throw new InvalidSettingException(PROPERTY, text, "open, local or oidc");
    }

    /** What is said to those who have not. */
    public String howToLogIn() {
        return howTo;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
