package io.millrace.control.security.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The secret of a file of this control plane, with which it is managed from its own machine. */
final class AdminToken {

    private final byte[] secret;

    AdminToken(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    boolean is(String presented) {
        return MessageDigest.isEqual(secret, presented.getBytes(StandardCharsets.UTF_8));
    }
}
