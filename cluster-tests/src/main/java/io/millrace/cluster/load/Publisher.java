package io.millrace.cluster.load;

import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a recorded stream again and again at its own speed, each video frame stamped with the moment of sending: under one name or
 * under many, each on a connection of its own and all on one thread.
 */
public final class Publisher implements AutoCloseable {

    private static final int GAP_BETWEEN_TURNS_MILLIS = 33;

    private final List<FlvTag> headers = new ArrayList<>();
    private final List<FlvTag> media = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private final Thread sender = Thread.ofPlatform().name("publisher").daemon().unstarted(this::send);
    private volatile boolean closing;

    /** Connects and begins; fails when the server refuses. */
    public Publisher(String url, List<FlvTag> recording) throws IOException {
        this(List.of(url), recording);
    }

    /** Likewise with all of them; their frames are spread evenly over a frame's time. */
    public Publisher(List<String> urls, List<FlvTag> recording) throws IOException {
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
        try {
            for (String url : urls) {
                streams.add(new Stream(url));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        sender.start();
    }

    /** One connection, and how far it has come in the recording. Only the sender's thread moves it. */
    private final class Stream {

        private final String url;
        private final RtmpClient client;
        private long startNanos;
        private int next;
        private int turnMillis;
        private volatile @Nullable IOException failure;

        Stream(String url) throws IOException {
            this.url = url;
            client = RtmpClient.publish(url);
            // A server may ping or acknowledge while we only send.
            client.socket().setSoTimeout(0);
            Thread.ofVirtual().start(this::drain);
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

        private void begin(long nanos) {
            startNanos = nanos;
            try {
                for (FlvTag header : headers) {
                    client.send(header, 0);
                }
            } catch (IOException e) {
                note(e);
            }
        }

        private long dueNanos() {
            return startNanos
                    + TimeUnit.MILLISECONDS.toNanos(turnMillis + media.get(next).timestamp());
        }

        /** @return whether it goes on */
        private boolean sendNext() {
            FlvTag tag = media.get(next);
            if (tag.type() == Message.VIDEO) {
                SendStamp.set(tag.body(), System.nanoTime());
            }
            try {
                client.send(tag, turnMillis + tag.timestamp());
            } catch (IOException e) {
                note(e);
                return false;
            }
            next++;
            if (next == media.size()) {
                next = 0;
                turnMillis += media.getLast().timestamp() + GAP_BETWEEN_TURNS_MILLIS;
            }
            return true;
        }
    }

    private void send() {
        long start = System.nanoTime();
        PriorityQueue<Stream> waiting =
                new PriorityQueue<>(Comparator.comparingLong((Stream stream) -> stream.dueNanos() - start));
        for (int i = 0; i < streams.size(); i++) {
            Stream stream = streams.get(i);
            stream.begin(start + TimeUnit.MILLISECONDS.toNanos(GAP_BETWEEN_TURNS_MILLIS) * i / streams.size());
            waiting.add(stream);
        }
        for (Stream first = waiting.poll(); first != null && !closing; first = waiting.poll()) {
            for (long left = first.dueNanos() - System.nanoTime();
                    left > 0 && !closing;
                    left = first.dueNanos() - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!closing && first.sendNext()) {
                waiting.add(first);
            }
        }
    }

    /** @throws IllegalStateException if a stream was lost */
    public void check() {
        for (Stream stream : streams) {
            IOException lost = stream.failure;
            if (lost != null || !sender.isAlive()) {
                throw new IllegalStateException("the publisher of " + stream.url + " was lost", lost);
            }
        }
    }

    @Override
    public void close() throws IOException {
        closing = true;
        for (Stream stream : streams) {
            stream.client.close();
        }
        sender.interrupt();
    }
}
