package io.millrace.cluster.webrtc;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.onvoid.webrtc.media.video.VideoFrame;
import dev.onvoid.webrtc.media.video.VideoTrack;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The streams of the origin: who publishes, and who watches it. */
final class Stage {

    /** A session that was just opened, with what its client is told. */
    record Opened(String id, String answer) {}

    private static final class Show {
        private final String publisher;
        private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
        private final AtomicLong frames = new AtomicLong();
        private final AtomicLong sound = new AtomicLong();

        Show(String publisher) {
            this.publisher = publisher;
        }

        private void see(VideoFrame frame) {
            frames.incrementAndGet();
            viewers.forEach(viewer -> viewer.show(frame));
            frame.release();
        }

        private void hear(byte[] samples, int bits, int rate, int channels, int count) {
            sound.addAndGet(samples.length);
        }
    }

    private final PeerConnectionFactory factory = new PeerConnectionFactory(new HeadlessAudioDeviceModule());
    // Sessions are closed here: the stack's own threads, which say when one is over, must not wait for themselves.
    private final ExecutorService closer = Executors.newSingleThreadExecutor();
    private final Map<String, Peer> peers = new HashMap<>();
    private final Map<String, Show> shows = new LinkedHashMap<>();
    private long opened;

    Opened publish(String stream, String offer) throws Refusal {
        String id = UUID.randomUUID().toString();
        Show show = new Show(id);
        synchronized (this) {
            if (shows.putIfAbsent(stream, show) != null) {
                throw new Refusal(409, stream + " is being published");
            }
        }
        try {
            return open(id, offer, new Peer(factory, track -> take(show, track), () -> endSoon(id)), null);
        } catch (Refusal e) {
            synchronized (this) {
                shows.remove(stream);
            }
            throw e;
        }
    }

    Opened play(String stream, String offer) throws Refusal {
        Show show;
        synchronized (this) {
            show = shows.get(stream);
        }
        if (show == null) {
            throw new Refusal(404, "nobody publishes " + stream);
        }
        String id = UUID.randomUUID().toString();
        Peer peer = new Peer(factory, track -> {}, () -> endSoon(id));
        Viewer viewer = new Viewer(factory, peer);
        show.viewers.add(viewer);
        try {
            return open(id, offer, peer, viewer);
        } catch (Refusal e) {
            show.viewers.remove(viewer);
            throw e;
        }
    }

    private Opened open(String id, String offer, Peer peer, @Nullable Viewer viewer) throws Refusal {
        synchronized (this) {
            peers.put(id, peer);
            opened++;
        }
        try {
            return new Opened(id, peer.answer(offer, viewer == null ? List.of() : viewer.tracks()));
        } catch (Refusal e) {
            synchronized (this) {
                peers.remove(id);
            }
            peer.close();
            throw e;
        }
    }

    private static void take(Show show, MediaStreamTrack track) {
        switch (track) {
            case VideoTrack video -> video.addSink(show::see);
            case AudioTrack audio -> audio.addSink(show::hear);
            default -> throw new IllegalStateException("a track of kind " + track.getKind());
        }
    }

    private void endSoon(String id) {
        closer.execute(() -> {
            try {
                end(id);
            } catch (Refusal alreadyOver) {
                return;
            }
        });
    }

    /** Ends a session; with a publisher go its viewers. */
    void end(String id) throws Refusal {
        List<Viewer> leaving;
        Peer peer;
        synchronized (this) {
            peer = peers.remove(id);
            if (peer == null) {
                throw new Refusal(404, "no such session");
            }
            leaving = shows.values().stream()
                    .flatMap(show ->
                            show.viewers.stream().filter(viewer -> viewer.peer() == peer || show.publisher.equals(id)))
                    .toList();
            leaving.forEach(viewer -> peers.values().remove(viewer.peer()));
            shows.values().forEach(show -> show.viewers.removeAll(leaving));
            shows.values().removeIf(show -> show.publisher.equals(id));
        }
        peer.close();
        leaving.forEach(viewer -> viewer.peer().close());
    }

    synchronized Map<String, Object> stats() {
        Map<String, Object> streams = new LinkedHashMap<>();
        shows.forEach((stream, show) -> streams.put(
                stream,
                Map.of(
                        "frames",
                        show.frames.get(),
                        "sound",
                        show.sound.get(),
                        "viewers",
                        show.viewers.stream()
                                .map(viewer -> Map.of("frames", viewer.peer().framesEncoded()))
                                .toList())));
        return Map.of("sessions", peers.size(), "opened", opened, "streams", streams);
    }
}
