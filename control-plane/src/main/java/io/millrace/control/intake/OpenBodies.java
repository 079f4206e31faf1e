package io.millrace.control.intake;

import io.millrace.control.limits.ByteBudget;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bytes of bodies of senders who have not proven who they are, all together and for each address. They are taken as they come and not as they
 * are announced, so that who announces much and sends little takes nothing from others.
 */
final class OpenBodies {

    /** So much of each body costs nothing: heartbeats and hooks get through whichever client fills the rest. */
    static final int FREE = 1_024;

    private final ByteBudget all;
    private final long ofOneAddress;
    private final ConcurrentHashMap<String, Long> byAddress = new ConcurrentHashMap<>();

    OpenBodies(ByteBudget all) {
        this.all = all;
        this.ofOneAddress = all.capacity() / 2;
    }

    long used() {
        return all.used();
    }

    /** What one body holds; touched by one thread at a time. */
    final class Share {

        private final String address;
        private long length;
        private long charged;

        Share(String address) {
            this.address = address;
        }

        Optional<Refusal> grow(int bytes) {
            length += bytes;
            long more = Math.max(0, length - FREE) - charged;
            if (more <= 0) {
                return Optional.empty();
            }
            if (byAddress.merge(address, more, Long::sum) > ofOneAddress) {
                giveAddress(more);
                return Optional.of(Refusal.TOO_MANY_BODIES_OF_ADDRESS);
            }
            if (!all.take(more)) {
                giveAddress(more);
                return Optional.of(Refusal.TOO_MANY_BODIES);
            }
            charged += more;
            return Optional.empty();
        }

        void close() {
            if (charged > 0) {
                giveAddress(charged);
                all.give(charged);
                charged = 0;
            }
        }

        private void giveAddress(long bytes) {
            byAddress.computeIfPresent(address, (key, held) -> held <= bytes ? null : held - bytes);
        }
    }
}
