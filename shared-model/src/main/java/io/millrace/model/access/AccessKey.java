package io.millrace.model.access;

/**
 * A secret that signs URLs. Only workers are told it.
 *
 * @param name by which {@link AccessCheck.Signed} refers to it
 */
public record AccessKey(String name, String secret) {

    /** Without the secret: it would get into logs. */
    @Override
    public String toString() {
        return "AccessKey[" + name + "]";
    }
}
