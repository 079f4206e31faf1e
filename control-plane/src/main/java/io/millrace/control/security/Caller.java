package io.millrace.control.security;

/**
 * Who makes a request.
 *
 * @param name of the person or of the token
 * @param credential by what it is known: {@code this machine}, {@code session}, {@code token}
 * @param address of the peer
 */
public record Caller(String name, String credential, String address) {

    /** One who has shown nothing, at a control plane without log-in. */
    public static Caller onThisMachine(String address) {
        return new Caller("operator", "this machine", address);
    }
}
