package io.millrace.control.store.mesh;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * What is on its way to one member, on a thread of its own: a member that takes nothing must not stop the replica. What does not fit is lost;
 * the receiver notices the gap and asks for everything anew.
 */
final class Outbox implements AutoCloseable {

    /** Sends bytes, and may wait. */
    interface Link {
        void send(byte[] bytes) throws Exception;
    }

    private static final Logger LOG = Logger.getLogger(Outbox.class);
    private static final int MAX_MESSAGES = 20_000;

    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>(MAX_MESSAGES);
    private final AtomicLong lost = new AtomicLong();
    private final String place;
    private final Link link;
    private final Thread thread;
    private volatile boolean open = true;

    Outbox(String place, Link link) {
        this.place = place;
        this.link = link;
        this.thread = Thread.ofPlatform().daemon().name("mesh-to-" + place).start(this::run);
    }

    void add(Message message) {
        if (!queue.offer(message) && Long.bitCount(lost.incrementAndGet()) == 1) {
            LOG.warnf("mesh messages lost because the receiver is slow to=%s count=%d", place, lost.get());
        }
    }

    private void run() {
        while (open) {
            try {
                link.send(MessageCodec.encode(queue.take()));
            } catch (InterruptedException e) {
                return;
            } catch (Exception e) {
                // JGroups sends again what a broken connection lost; here only a channel that is closed, or a member
                // that left.
                LOG.debugf("mesh cannot send to=%s error=%s", place, e);
            }
        }
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
    }
}
