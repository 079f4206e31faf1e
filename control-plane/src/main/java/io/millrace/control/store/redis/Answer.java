package io.millrace.control.store.redis;

import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a script says. The first three parts are the same for all.
 *
 * @param newest the store's newest change after the script; what the script says is true up to it
 */
record Answer(int code, long serverMillis, long newest, Response parts) {

    private static final int OWN = 3;

    static Answer of(@Nullable Response parts) throws AwayException {
        if (parts == null || parts.size() < OWN) {
            throw new AwayException("gives an answer that none of the scripts gives");
        }
        return new Answer((int) number(parts.get(0)), number(parts.get(1)), number(parts.get(2)), parts);
    }

    private static long number(Response part) {
        Long number = part.toLong();
        if (number == null) {
            throw new IllegalStateException("a script says " + part + " where it says a number");
        }
        return number;
    }

    boolean done() {
        return code == 1;
    }

    /** How many parts the script itself says. */
    int size() {
        return parts.size() - OWN;
    }

    long number(int index) {
        return number(parts.get(OWN + index));
    }

    String text(int index) {
        return parts.get(OWN + index).toString();
    }

    byte[] bytes(int index) {
        return parts.get(OWN + index).toBytes();
    }
}
