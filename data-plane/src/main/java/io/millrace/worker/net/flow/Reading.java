package io.millrace.worker.net.flow;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.EnumSet;

/**
 * Whether a connection is read: it is while there is no obstacle. Each obstacle is counted by itself, so that the end of one
 * does not lift another. Nothing else may turn reading on or off. On the connection's loop.
 */
public final class Reading {

    private static final AttributeKey<Reading> KEY = AttributeKey.valueOf(Reading.class, "reading");

    /** Why a connection is not read. */
    public enum Obstacle {
        /** What was read waits for the connection that it goes to. */
        OTHER_SIDE,
        /** What was written to this connection waits for its peer: answers to more of its requests would wait too. */
        UNREAD_ANSWERS,
        /** Its session cannot take more now. */
        SESSION
    }

    private final Channel channel;
    private final EnumSet<Obstacle> obstacles = EnumSet.noneOf(Obstacle.class);
    private boolean discarding;

    private Reading(Channel channel) {
        this.channel = channel;
    }

    public static Reading of(Channel channel) {
        Reading known = channel.attr(KEY).get();
        if (known == null) {
            known = new Reading(channel);
            channel.attr(KEY).set(known);
        }
        return known;
    }

    public void pause(Obstacle obstacle) {
        if (obstacles.add(obstacle) && obstacles.size() == 1 && !discarding) {
            channel.config().setAutoRead(false);
        }
    }

    public void resume(Obstacle obstacle) {
        if (obstacles.remove(obstacle) && obstacles.isEmpty() && !discarding) {
            channel.config().setAutoRead(true);
        }
    }

    public boolean isPausedBy(Obstacle obstacle) {
        return obstacles.contains(obstacle);
    }

    /** The connection ends, and what still comes is thrown away: it is read whatever waits, so that its end is seen. */
    public void discard() {
        discarding = true;
        channel.config().setAutoRead(true);
    }
}
