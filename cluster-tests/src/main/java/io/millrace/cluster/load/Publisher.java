package io.millrace.cluster.load;

import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Publishes a recorded stream again and again at its own speed, each video frame stamped with the moment of sending. */
public final class Publisher implements AutoCloseable {

    private static final int GAP_BETWEEN_TURNS_MILLIS = 33;

    private final String url;
    private final List<FlvTag> headers = new ArrayList<>();
    private final List<FlvTag> media = new ArrayList<>();
    private final RtmpClient client;
    private final Thread sender;
    private final Thread drain;
    private volatile boolean closing;
    private volatile @Nullable IOException failure;

    /** Connects and begins; fails when the server refuses. */
    public Publisher(String url, List<FlvTag> recording) throws IOException {
        this.url = url;
        for (FlvTag tag : recording) {
            if (tag.isHeader()) {
                headers.add(tag);
            } else if (tag.type() == Message.AUDIO) {
                media.add(tag);
            } else if (SendStamp.fits(tag.body())) {
                media.add(new FlvTag(tag.type(), tag.timestamp(), SendStamp.withRoom(tag.body())));
            }
            // What is left, the end of the sequence, must not be sent: the recording begins again.
        }
        client = RtmpClient.publish(url);
        // A server may ping or acknowledge while we only send.
        client.socket().setSoTimeout(0);
        sender = Thread.ofPlatform().name("publisher of " + url).daemon().unstarted(this::send);
        drain = Thread.ofVirtual().unstarted(this::drain);
        sender.start();
        drain.start();
    }

    private void send() {
        try {
            for (FlvTag header : headers) {
                client.send(header, 0);
            }
            long start = System.nanoTime();
            int turn = 0;
            int length = media.getLast().timestamp() + GAP_BETWEEN_TURNS_MILLIS;
            while (!closing) {
                for (FlvTag tag : media) {
                    int timestamp = turn + tag.timestamp();
                    long due = start + TimeUnit.MILLISECONDS.toNanos(timestamp);
                    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                        LockSupport.parkNanos(left);
                    }
                    if (closing) {
                        return;
                    }
                    if (tag.type() == Message.VIDEO) {
                        SendStamp.set(tag.body(), System.nanoTime());
                    }
                    client.send(tag, timestamp);
                }
                turn += length;
            }
        } catch (IOException e) {
            note(e);
        }
    }

    private void drain() {
        try {
            client.readToEnd();
        } catch (IOException e) {
            note(e);
        }
    }

    private void note(IOException e) {
        if (!closing) {
            failure = e;
        }
    }

    /** @throws IllegalStateException if the stream was lost */
    public void check() {
        IOException lost = failure;
        if (lost != null || !sender.isAlive()) {
            throw new IllegalStateException("the publisher of " + url + " was lost", lost);
        }
    }

    @Override
    public void close() throws IOException {
        closing = true;
        client.close();
        sender.interrupt();
    }
}
