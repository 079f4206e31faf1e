package io.millrace.control.access;

import io.millrace.model.access.AccessKey;
import java.time.Instant;

/**
 * A secret that signs URLs, with how it came about. It is kept as it is: who checks a signature needs the secret itself.
 *
 * @param createdBy who made it
 */
public record StoredKey(String name, String secret, Instant createdAt, String createdBy) {

    public AccessKey key() {
        return new AccessKey(name, secret);
    }

    /** Without the secret: it would get into logs. */
    @Override
    public String toString() {
        return "key " + name;
    }
}
