package io.millrace.control.security.login;

import io.millrace.control.settings.SettingText;

/**
 * How people log in.
 *
 * @param overPlainHttp whether a password may come over HTTP without TLS from another machine
 */
public record LoginSettings(LoginMode mode, boolean overPlainHttp) {

    static final String PLAIN_HTTP = "millrace.login.plain-http";

    static LoginSettings of(String mode, String plainHttp) {
        return new LoginSettings(LoginMode.of(mode), SettingText.flag(PLAIN_HTTP, plainHttp));
    }
}
