package io.millrace.control.store.mesh;

/**
 * Carries messages between members, to the sender itself too: in their order for each pair, or not at all. Never waits and never throws;
 * what cannot be delivered is lost.
 */
interface Wire {

    void send(String to, Message message);
}
