package io.millrace.cluster.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.PortAllocatorConfig;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDtlsTransport;
import dev.onvoid.webrtc.RTCDtlsTransportObserver;
import dev.onvoid.webrtc.RTCDtlsTransportState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One peer connection that answers an offer. */
final class Peer implements AutoCloseable {

    private static final int LIMIT_SECONDS = 10;

    private final CompletableFuture<Boolean> gathered = new CompletableFuture<>();
    private final RTCPeerConnection connection;
    private final Runnable over;
    private boolean closed;

    /**
     * @param tracks gets what the client sends, on a thread of the stack
     * @param over called on a thread of the stack when the client is gone
     */
    Peer(PeerConnectionFactory factory, Consumer<MediaStreamTrack> tracks, Runnable over) {
        this.over = over;
        RTCConfiguration configuration = new RTCConfiguration();
        // The stack leaves the loopback interface out. Told not to look at interfaces it binds all addresses, and what
        // it
        // then names in its candidates is put right in the answer.
        configuration.portAllocatorConfig =
                new PortAllocatorConfig().setDisableAdapterEnumeration(true).setDisableTcp(true);
        connection = factory.createPeerConnection(configuration, new PeerConnectionObserver() {
            @Override
            public void onIceCandidate(RTCIceCandidate candidate) {
                // The local description has them all in the end.
            }

            @Override
            public void onIceGatheringChange(RTCIceGatheringState state) {
                if (state == RTCIceGatheringState.COMPLETE) {
                    gathered.complete(true);
                }
            }

            @Override
            public void onTrack(RTCRtpTransceiver transceiver) {
                tracks.accept(transceiver.getReceiver().getTrack());
            }

            @Override
            public void onConnectionChange(RTCPeerConnectionState state) {
                if (state == RTCPeerConnectionState.FAILED || state == RTCPeerConnectionState.CLOSED) {
                    over.run();
                }
            }
        });
    }

    /** @param tracks what the client gets, where its offer has room for it */
    public String answer(String offer, List<MediaStreamTrack> tracks) throws Refusal {
        try {
            return negotiate(offer, tracks);
        } catch (Error e) {
            // How the stack's native side says that it cannot read an offer.
            if (e.getClass() == Error.class) {
                throw new Refusal(400, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private String negotiate(String offer, List<MediaStreamTrack> tracks) throws Refusal {
        CompletableFuture<Boolean> remote = new CompletableFuture<>();
        connection.setRemoteDescription(
                new RTCSessionDescription(RTCSdpType.OFFER, withoutIpv6(offer)), whenSet(remote));
        await(remote);
        for (MediaStreamTrack track : tracks) {
            if (offer.contains("m=" + track.getKind() + " ")) {
                connection.addTrack(track, List.of("show"));
            }
        }
        CompletableFuture<RTCSessionDescription> created = new CompletableFuture<>();
        connection.createAnswer(new RTCAnswerOptions(), new CreateSessionDescriptionObserver() {
            @Override
            public void onSuccess(RTCSessionDescription description) {
                created.complete(description);
            }

            @Override
            public void onFailure(String error) {
                created.completeExceptionally(new IllegalArgumentException(error));
            }
        });
        RTCSessionDescription answer = await(created);
        CompletableFuture<Boolean> local = new CompletableFuture<>();
        connection.setLocalDescription(answer, whenSet(local));
        await(local);
        await(gathered);
        watchForGoodbye();
        return withoutIpv6(connection.getLocalDescription().sdp)
                .lines()
                .map(Peer::atLoopback)
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    /** A browser that closes a connection says so in DTLS; the state of the connection tells only after ICE has given up. */
    private void watchForGoodbye() {
        for (RTCRtpTransceiver transceiver : connection.getTransceivers()) {
            RTCDtlsTransport transport = transceiver.getReceiver().getTransport();
            if (transport != null) {
                transport.registerObserver(new RTCDtlsTransportObserver() {
                    @Override
                    public void onStateChange(RTCDtlsTransportState state) {
                        if (state == RTCDtlsTransportState.CLOSED) {
                            over.run();
                        }
                    }

                    @Override
                    public void onError(String error) {
                        over.run();
                    }
                });
                return;
            }
        }
    }

    private static SetSessionDescriptionObserver whenSet(CompletableFuture<Boolean> done) {
        return new SetSessionDescriptionObserver() {
            @Override
            public void onSuccess() {
                done.complete(true);
            }

            @Override
            public void onFailure(String error) {
                done.completeExceptionally(new IllegalArgumentException(error));
            }
        };
    }

    private static <T> T await(CompletableFuture<T> future) throws Refusal {
        try {
            return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new Refusal(400, String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw new Refusal(500, "the WebRTC stack took more than " + LIMIT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(500, "interrupted");
        }
    }

    /** Neither side's: the stack has no switch for it, and would go where no answer of ours says. */
    private static String withoutIpv6(String description) {
        return description
                .lines()
                .filter(line -> !isCandidate(line) || !address(line).contains(":"))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static String atLoopback(String line) {
        if (line.startsWith("c=IN ")) {
            return "c=IN IP4 127.0.0.1";
        }
        return isCandidate(line) ? line.replace(" " + address(line) + " ", " 127.0.0.1 ") : line;
    }

    private static boolean isCandidate(String line) {
        return line.startsWith("a=candidate:");
    }

    /** RFC 8839, section 5.1: foundation, component, transport, priority, address, port. */
    private static String address(String candidate) {
        return candidate.split(" ", -1)[4];
    }

    /** Video frames sent to this client; 0 once it is closed. */
    long framesEncoded() {
        CompletableFuture<Long> frames = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return 0;
            }
            connection.getStats(report -> frames.complete(report.getStats().values().stream()
                    .filter(stats -> stats.getType() == RTCStatsType.OUTBOUND_RTP)
                    .map(stats -> stats.getAttributes().get("framesEncoded"))
                    .filter(Number.class::isInstance)
                    .mapToLong(number -> ((Number) number).longValue())
                    .sum()));
        }
        return frames.completeOnTimeout(0L, 1, TimeUnit.SECONDS).join();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            connection.close();
        }
    }
}
