package io.millrace.control.store.mesh;

import java.util.List;

/** Knows the other control planes and carries messages to them. */
interface Transport extends AutoCloseable {

    /** Called by any thread, in order for each kind. */
    interface Receiver {
        /** @param members the one that leads first */
        void view(List<String> members);

        void received(String from, Message message);
    }

    /** Begins to look for the others; does not wait until it has found them. */
    void start(Receiver receiver);

    /** The name of this member in the mesh; a new one at each start. */
    String self();

    /** Never waits and never throws; in order for each receiver, or lost. Not for messages to itself. */
    void send(String to, Message message);

    /** Where the member is, for operators. */
    String describe(String member);

    /** Tells the others that this member leaves. */
    @Override
    void close();
}
