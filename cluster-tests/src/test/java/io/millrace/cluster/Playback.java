package io.millrace.cluster;

import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import io.millrace.cluster.rtmp.RtmpClient;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A viewer that keeps what it gets until it is closed or cut off. */
final class Playback implements AutoCloseable {

    private final RtmpClient client;
    private final Thread reader;
    private final List<FlvTag> tags = new ArrayList<>();
    private volatile long frames;
    private volatile long bytes;
    private volatile boolean closing;
    private volatile @Nullable IOException end;

    private Playback(RtmpClient client) {
        this.client = client;
        this.reader = Thread.ofVirtual().unstarted(this::read);
    }

    /** Returns once the server has said that play begins. */
    static Playback of(String url) throws IOException {
        Playback playback = new Playback(RtmpClient.play(url));
        // A stream may be silent for as long as its publisher is away.
        playback.client.socket().setSoTimeout(0);
        playback.reader.start();
        return playback;
    }

    private void read() {
        try {
            while (true) {
                Message message = client.read();
                int type = message.type();
                if (type == Message.AUDIO || type == Message.VIDEO) {
                    synchronized (tags) {
                        tags.add(new FlvTag(type, message.timestamp(), message.payload()));
                        bytes += message.payload().length;
                        frames += type == Message.VIDEO ? 1 : 0;
                    }
                }
            }
        } catch (IOException e) {
            end = e;
        }
    }

    List<FlvTag> tags() {
        synchronized (tags) {
            return List.copyOf(tags);
        }
    }

    long frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    /** Waits for so many video frames beyond those that came before. */
    void awaitMoreFrames(int more, Duration limit) {
        long wanted = frames + more;
        Await.until(
                limit,
                more + " more frames",
                () -> {
                    check();
                    return frames >= wanted;
                },
                () -> "frames so far: " + frames);
    }

    /** @throws IllegalStateException if the server has cut it off */
    void check() {
        IOException cut = end;
        if (cut != null && !closing) {
            throw new IllegalStateException("the viewer was cut off after " + frames + " frames", cut);
        }
    }

    boolean hasEnded() {
        return end != null;
    }

    boolean endedCleanly() {
        return end instanceof EOFException;
    }

    @Override
    public void close() throws IOException {
        closing = true;
        client.close();
    }
}
