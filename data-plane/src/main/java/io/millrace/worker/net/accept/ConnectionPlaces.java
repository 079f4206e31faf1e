package io.millrace.worker.net.accept;

import io.millrace.model.address.AddressShares;
import io.millrace.worker.net.loop.EventLoops;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * How many connections of one kind there may be at once, in all and from one address, beside what all connections of the worker may
 * be. Any thread.
 */
public final class ConnectionPlaces {

    private final AddressShares own;
    private final AddressShares ofWorker;
    private final EventLoops loops;
    private final BiConsumer<ClientAddress, Refusal> refused;

    /** Why there was no place. */
    public enum Refusal {
        BANNED,
        ALL_TAKEN,
        ADDRESS_HAS_ITS_SHARE
    }

    /**
     * @param max of this kind
     * @param refused counts and logs; the connection is closed next
     */
    public ConnectionPlaces(int max, EventLoops loops, BiConsumer<ClientAddress, Refusal> refused) {
        this.loops = loops;
        this.ofWorker = loops.connections();
        this.own = ofWorker.alike(max);
        this.refused = refused;
    }

    public int max() {
        return own.places();
    }

    /** How many are taken now. */
    public int taken() {
        return own.taken();
    }

    /**
     * A place until the connection closes; empty when there was none, and the connection was closed.
     *
     * @param later whether the client's address comes with a PROXY header, and a share of it is taken then
     */
    Optional<Place> take(Channel channel, boolean later) {
        ClientAddress client = ClientAddress.of(channel);
        Place place = new Place(later ? AddressShares.UNKNOWN : text(client));
        if (!place.take(later ? ClientAddress.UNKNOWN : client)) {
            refuse(channel, client, place);
            return Optional.empty();
        }
        channel.closeFuture().addListener(closed -> place.release());
        return Optional.of(place);
    }

    private void refuse(Channel channel, ClientAddress client, Place place) {
        refused.accept(client, place.refusal);
        channel.close();
    }

    private static String text(ClientAddress client) {
        return client.ip().map(InetAddress::getHostAddress).orElse(AddressShares.UNKNOWN);
    }

    /** Of one connection; on its loop. */
    public final class Place {

        private enum State {
            NONE,
            OF_KIND,
            OF_WORKER
        }

        private String address;
        private State state = State.NONE;
        private Refusal refusal = Refusal.ALL_TAKEN;

        private Place(String address) {
            this.address = address;
        }

        private boolean take(ClientAddress client) {
            if (client.ip().filter(loops::isBanned).isPresent()) {
                refusal = Refusal.BANNED;
                return false;
            }
            AddressShares.Answer answer = ofWorker.take(address);
            if (answer == AddressShares.Answer.TAKEN) {
                answer = own.take(address);
                if (answer == AddressShares.Answer.TAKEN) {
                    state = State.OF_KIND;
                    return true;
                }
                ofWorker.release(address);
            }
            refusal = answer == AddressShares.Answer.NONE ? Refusal.ALL_TAKEN : Refusal.ADDRESS_HAS_ITS_SHARE;
            return false;
        }

        /**
         * The connection is the client's behind the balancer that made it.
         *
         * @return false when that client has its share, and the connection was closed
         */
        boolean belongsTo(Channel channel, ClientAddress client) {
            release();
            if (!channel.isOpen()) {
                return false;
            }
            address = text(client);
            if (take(client)) {
                return true;
            }
            refuse(channel, client, this);
            return false;
        }

        /** It counts no longer among those of its kind, but goes on as a connection of the worker. */
        public void leaveKind() {
            if (state == State.OF_KIND) {
                own.release(address);
                state = State.OF_WORKER;
            }
        }

        private void release() {
            leaveKind();
            if (state == State.OF_WORKER) {
                ofWorker.release(address);
                state = State.NONE;
            }
        }
    }
}
