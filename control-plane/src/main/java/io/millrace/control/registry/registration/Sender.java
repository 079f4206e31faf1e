package io.millrace.control.registry.registration;

import io.millrace.model.Glob;
import io.millrace.model.address.Networks;

/**
 * Who sends a registration or a hook, after it was let in.
 *
 * @param address of the peer
 * @param local whether the peer is on this machine and passes nothing on
 * @param scope what its credential allows
 */
public record Sender(String address, boolean local, Scope scope) {

    /**
     * What a credential is bound to.
     *
     * @param servers a pattern of server ids
     * @param networks from which it is taken and where its origins may be besides those of the settings; none for no such bound
     */
    public record Scope(String servers, Networks networks) {

        /** Of a sender without a credential, or whose credential is bound to nothing. */
        public static final Scope ANY = new Scope("*", Networks.NONE);

        public boolean includes(String server) {
            return Glob.matches(servers, server);
        }
    }
}
