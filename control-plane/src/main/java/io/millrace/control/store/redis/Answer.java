package io.millrace.control.store.redis;

import io.vertx.redis.client.Response;

/**
 * What a script says. The first three parts are the same for all.
 *
 * @param newest the store's newest change after the script; what the script says is true up to it
 */
record Answer(int code, long serverMillis, long newest, Response parts) {

    private static final int OWN = 3;

    static Answer of(Response parts) throws AwayException {
        if (parts.size() < OWN) {
            throw new AwayException("gives an answer that none of the scripts gives");
        }
        return new Answer(
                parts.get(0).toInteger(), parts.get(1).toLong(), parts.get(2).toLong(), parts);
    }

    boolean done() {
        return code == 1;
    }

    /** How many parts the script itself says. */
    int size() {
        return parts.size() - OWN;
    }

    long number(int index) {
        return parts.get(OWN + index).toLong();
    }

    String text(int index) {
        return parts.get(OWN + index).toString();
    }

    byte[] bytes(int index) {
        return parts.get(OWN + index).toBytes();
    }
}
