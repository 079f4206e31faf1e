package io.millrace.worker.rtsp.relay;

import io.millrace.model.Intent;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.net.flow.HeldBack;
import io.millrace.worker.net.flow.SilenceClock;
import io.millrace.worker.net.loop.Ticking;
import io.millrace.worker.rtsp.RtspSettings;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import io.millrace.worker.rtsp.codec.RtspReader;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import io.millrace.worker.rtsp.codec.TransportSpec;
import io.millrace.worker.rtsp.session.ClientView;
import io.millrace.worker.rtsp.session.StreamRequest;
import io.millrace.worker.rtsp.session.Teardown;
import io.millrace.worker.rtsp.session.Unanswered;
import io.millrace.worker.rtsp.session.WorkerAnswers;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A stream between a client and the origin that it was brought to. Requests and answers pass with their numbers, sessions and
 * authentication; what changes on the way are addresses and ports that name one of the two sides.
 */
final class StreamRelay implements Ticking {

    /** Beyond this, what an origin says of its session's life is not waited for. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration LATE_KEEPALIVE = Duration.ofSeconds(10);

    /** What a relay tells its session. */
    interface Listener {

        /** The client has been answered, by the origin or for it. */
        void clientAnswered();

        /** The origin said yes to play or record. */
        void accepted();

        /** What the client says next can be taken again. */
        void resume();

        void over(CloseReason reason, String detail);

        /** The origin takes what is published more slowly than it comes; told again and again while that lasts. */
        void originLags(String detail);
    }

    private final Session session;
    private final RtspSettings settings;
    private final StreamRequest asked;
    private final Listener listener;
    private final Direction up;
    private final Direction down;
    private final UdpTracks tracks;
    private final Unanswered<UdpTrack> unanswered = new Unanswered<>();
    private final Teardown teardown;
    private final HeldBack heldBack = new HeldBack();
    private boolean accepted;
    private boolean busy;
    private boolean released;
    private Optional<String> refusal = Optional.empty();
    private final SilenceClock clientSilence = new SilenceClock();
    private final SilenceClock originSilence = new SilenceClock();

    StreamRelay(
            RtspContext context,
            Session session,
            StreamRequest asked,
            UdpTracks.Client client,
            Channel origin,
            Listener listener) {
        this.session = session;
        this.settings = context.settings();
        this.asked = asked;
        this.listener = listener;
        this.up = new Direction(client.channel(), origin);
        this.down = new Direction(origin, client.channel());
        this.teardown = new Teardown(asked);
        this.tracks = new UdpTracks(context, client, origin, this::clientDatagram, this::originDatagram);
    }

    private void clientDatagram(long bytes) {
        clientSilence.activity();
        session.countIn(bytes);
    }

    private void originDatagram(long bytes) {
        originSilence.activity();
        session.countOut(bytes);
    }

    /** Something came on the client's connection. */
    void clientActive() {
        clientSilence.activity();
    }

    void originActive() {
        originSilence.activity();
    }

    // ---- what the client says

    /** Whether the client has to wait with what it says next. */
    boolean isBusy() {
        return busy;
    }

    /** @param wholeNow whether frames in it end with a whole one */
    void fromClient(RtspReader.Input input, boolean wholeNow) {
        switch (input) {
            case RtspReader.Input.Frames(var bytes) -> up.frames(bytes, wholeNow);
            case RtspReader.Input.Message(RtspRequest request) -> request(request);
            case RtspReader.Input.Message(RtspResponse response) -> up.send(response);
        }
    }

    private void request(RtspRequest request) {
        if (request.cseq().isEmpty()) {
            throw new RtspFormatException("a request without CSeq");
        }
        if (unanswered.isFull()) {
            throw new RtspFormatException("more than " + Unanswered.MAX + " requests without waiting for answers");
        }
        if (asked.isContradictedBy(request)) {
            answer(request, WorkerAnswers.refusal(request, 455));
        } else if (request.is("SETUP")) {
            setup(request);
        } else {
            pass(request, Optional.empty());
        }
    }

    private void pass(RtspRequest request, Optional<UdpTrack> track) {
        unanswered.asked(request, track, System.nanoTime());
        teardown.passed(request);
        up.send(request);
    }

    private void answer(RtspRequest request, RtspResponse ours) {
        unanswered.ours(request, ours, System.nanoTime());
        sendDue();
        flushDown();
    }

    private void sendDue() {
        List<RtspResponse> due = unanswered.due();
        due.forEach(down::send);
        if (!due.isEmpty()) {
            listener.clientAnswered();
        }
    }

    private void setup(RtspRequest request) {
        Optional<String> header = request.headers().first("Transport");
        if (header.isEmpty()) {
            pass(request, Optional.empty());
            return;
        }
        TransportOffer offer = TransportOffer.of(TransportSpec.parse(header.get()));
        if (offer.clientsPorts().isEmpty() || !tracks.mayOpen()) {
            setupWithoutDatagrams(request, offer);
            return;
        }
        busy = true;
        tracks.open(offer.clientsPorts().get(), opened -> {
            if (released) {
                opened.ifPresent(UdpTrack::close);
                return;
            }
            busy = false;
            if (opened.isPresent()) {
                tracks.isAsked(opened.get());
                pass(withTransport(request, offer.with(opened.get()::asOriginSees)), opened);
            } else {
                setupWithoutDatagrams(request, offer);
            }
            flushUp();
            listener.resume();
        });
    }

    private void setupWithoutDatagrams(RtspRequest request, TransportOffer offer) {
        List<TransportSpec> tcp = offer.overTcp();
        if (tcp.isEmpty()) {
            answer(request, WorkerAnswers.refusal(request, 461));
        } else {
            pass(withTransport(request, tcp), Optional.empty());
        }
    }

    private static RtspRequest withTransport(RtspRequest request, List<TransportSpec> specs) {
        return request.withHeaders(request.headers().with("Transport", TransportSpec.write(specs)));
    }

    // ---- what the origin says

    /** @param wholeNow whether frames in it end with a whole one */
    void fromOrigin(RtspReader.Input input, boolean wholeNow) {
        switch (input) {
            case RtspReader.Input.Frames(var bytes) -> down.frames(bytes, wholeNow);
            case RtspReader.Input.Message(RtspRequest request) -> down.send(request);
            case RtspReader.Input.Message(RtspResponse response) -> response(response);
        }
    }

    private void response(RtspResponse response) {
        Optional<Unanswered.Answered<UdpTrack>> answered = unanswered.answered(response);
        if (answered.isEmpty() || response.isProvisional()) {
            down.send(response);
            listener.clientAnswered();
            return;
        }
        RtspRequest request = answered.get().request();
        RtspResponse seen = ClientView.of(response, request);
        if (request.is("SETUP")) {
            seen = setUp(request, seen, answered.get().note());
        }
        down.send(seen);
        listener.clientAnswered();
        sendDue();
        note(request, seen);
    }

    private RtspResponse setUp(RtspRequest request, RtspResponse response, Optional<UdpTrack> track) {
        if (track.isEmpty()) {
            if (response.isSuccess()) {
                tracks.replace(request.uri(), Optional.empty());
            }
            return response;
        }
        Optional<TransportSpec> chosen = response.headers()
                .first("Transport")
                .filter(header -> response.isSuccess())
                .map(header -> TransportSpec.parse(header).getFirst());
        if (chosen.isEmpty() || chosen.get().isTcp()) {
            tracks.drop(track.get());
            if (response.isSuccess()) {
                tracks.replace(request.uri(), Optional.empty());
            }
            return response;
        }
        tracks.replace(request.uri(), track);
        TransportSpec clients = track.get().begin(chosen.get());
        return response.withHeaders(response.headers().with("Transport", clients.toString()));
    }

    private void note(RtspRequest request, RtspResponse response) {
        teardown.answered(response);
        if (request.is("TEARDOWN") && response.isSuccess()) {
            if (!tracks.tornDown(request.uri())) {
                teardown.said();
                flushDown();
                listener.over(CloseReason.PEER_CLOSED, "TEARDOWN");
            }
        } else if (!response.isSuccess()) {
            refusal = Optional.of(response.status() + " " + response.reason() + " to " + request.method());
        } else {
            refusal = Optional.empty();
            boolean begins = request.is(asked.intent() == Intent.PUBLISH ? "RECORD" : "PLAY");
            if (begins && !accepted) {
                accepted = true;
                listener.accepted();
            }
        }
    }

    // ---- flow and time

    void flushUp() {
        countStall(up.flush());
    }

    void flushDown() {
        countStall(down.flush());
    }

    private void countStall(boolean stalled) {
        if (stalled) {
            session.countStall();
        }
    }

    /** Why the origin refused the stream, if that was its last answer about it. */
    Optional<String> refusal() {
        return accepted ? Optional.empty() : refusal;
    }

    @Override
    public void tick(long nowNanos) {
        long clientQuiet = clientSilence.silentForNanos(nowNanos);
        long originQuiet = originSilence.silentForNanos(nowNanos);
        long waiting = asked.intent() == Intent.PUBLISH ? up.heldBackForNanos(nowNanos) : 0;
        if (heldBack.isNews(waiting)) {
            listener.originLags(HeldBack.detail(waiting));
        }
        long stall = settings.stallTimeout().toNanos();
        long idle = settings.idleTimeout().toNanos();
        if (down.stalledForNanos(nowNanos) > stall) {
            listener.over(CloseReason.PEER_STALLED, "it read nothing for " + seconds(stall) + " s");
        } else if (up.stalledForNanos(nowNanos) > stall) {
            listener.over(CloseReason.ORIGIN_TIMEOUT, "the origin read nothing for " + seconds(stall) + " s");
        } else if (originQuiet > idle && unanswered.oldestNanos(nowNanos) > idle) {
            listener.over(CloseReason.ORIGIN_TIMEOUT, "the origin answered nothing for " + seconds(idle) + " s");
        } else if (asked.intent() == Intent.PUBLISH ? clientQuiet > idle : isViewerIdle(clientQuiet, originQuiet)) {
            listener.over(CloseReason.PEER_IDLE, "nothing came for " + seconds(idle) + " s");
        }
    }

    /**
     * Over TCP a viewer that has vanished stalls. Where its media are datagrams, only what comes from it shows that it still plays: RTCP
     * or a request within the time that the origin gives for it.
     */
    private boolean isViewerIdle(long clientQuiet, long originQuiet) {
        long idle = settings.idleTimeout().toNanos();
        if (!tracks.isAnyOpen()) {
            return Math.min(clientQuiet, originQuiet) > idle;
        }
        Duration keepalive = teardown.session()
                .flatMap(id -> id.timeout())
                .filter(timeout -> timeout.compareTo(LONGEST_TIMEOUT) < 0)
                .map(timeout -> timeout.plus(LATE_KEEPALIVE))
                .orElse(Duration.ZERO);
        return clientQuiet > Math.max(idle, keepalive.toNanos());
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    // ---- the end

    /** Frees the ports, and tells the origin that the client has left, unless it knows. */
    void end() {
        if (up.isBetween()) {
            teardown.next().ifPresent(up::send);
            up.flush();
        }
        release();
    }

    /** Frees the ports. */
    void release() {
        released = true;
        tracks.closeAll();
    }
}
