package io.millrace.worker.rtmp.relay;

import io.millrace.model.Protocol;
import io.millrace.model.wire.OriginObservation;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.entry.ClientSession;
import io.millrace.worker.net.flow.GracefulClose;
import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.memory.OverBudgetException;
import io.millrace.worker.routing.resolve.Resolution;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.RtmpFormatException;
import io.millrace.worker.rtmp.session.ClientNegotiation;
import io.millrace.worker.rtmp.session.KeyedRequest;
import io.millrace.worker.rtmp.session.OriginNegotiation;
import io.millrace.worker.rtmp.session.StatusWords;
import io.millrace.worker.rtmp.session.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Optional;

/** An RTMP client: connects, publishes or plays a stream, is brought to an origin (to another one if the first fails), and is relayed. */
final class RtmpSession extends ClientSession {

    private final RtmpContext context;
    private final ClientReception reception;
    private ClientInput input;
    private Runnable leaveOrigin = () -> {};

    /** Where the bytes of the client go in the present state; it owns them. */
    private interface ClientInput {
        void take(ByteBuf bytes);

        default void takenAll() {}
    }

    /** @param leftNaming called once, when the connection has named its stream or is closed */
    RtmpSession(RtmpContext context, Channel channel, Runnable leftNaming) {
        super(Protocol.RTMP, context.sessions(), channel, leftNaming);
        this.context = context;
        this.reception = new ClientReception(channel, context.settings(), context.random(), this::asked, this::end);
        this.input = reception::receive;
    }

    // ---- the client's connection

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        super.channelActive(ctx);
        reception.begin();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state() == State.NAMING) {
            learnClientAddress();
        }
        input.take((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        input.takenAll();
    }

    @Override
    protected boolean hasReceived() {
        return reception.hasReceived();
    }

    @Override
    protected void end(Throwable cause, CloseReason whenReset, CloseReason whenMalformed) {
        if (cause instanceof RtmpFormatException malformed) {
            end(whenMalformed, String.valueOf(malformed.getMessage()));
        } else {
            super.end(cause, whenReset, whenMalformed);
        }
    }

    // ---- from the request to an origin

    private void asked(StreamRequest request) {
        KeyedRequest asked;
        try {
            asked = KeyedRequest.of(request, context.router().naming());
        } catch (IllegalArgumentException e) {
            refuse(CloseReason.PEER_BAD_NAME, StatusWords.BAD_NAME, String.valueOf(e.getMessage()));
            return;
        }
        input = reception::keep;
        open(request.intent(), asked.key(), Credentials.ofQuery(request.query()), result -> {
            switch (result) {
                case OpenResult.Refused refused -> {
                    reception.refuse(StatusWords.REJECTED, refused.explanation());
                    endUnlisted();
                }
                case OpenResult.Opened accepted -> search(accepted.session(), asked);
            }
        });
    }

    private void search(Session opened, KeyedRequest asked) {
        int chunkSize = reception.negotiation().scanner().chunkSize();
        OriginSearch search = new OriginSearch(
                context,
                opened,
                channel().eventLoop(),
                clientAddress().ip(),
                () -> new OriginNegotiation(asked.request(), chunkSize, context.random()),
                outcome -> searched(opened, asked, outcome));
        leaveOrigin = search::cancel;
        search.start();
    }

    private void searched(Session opened, KeyedRequest asked, OriginSearch.Outcome outcome) {
        switch (outcome) {
            case OriginSearch.Outcome.Found found -> startRelay(opened, asked, found);
            case OriginSearch.Outcome.Refused(AmfValue.Members info) -> {
                reception.refuse(info);
                end(CloseReason.ORIGIN_REFUSED_STREAM, info.text("code") + " " + info.text("description"));
            }
            case OriginSearch.Outcome.FoundNone(CloseReason reason, String detail) ->
                refuse(reason, StatusWords.FAILED, detail);
            case OriginSearch.Outcome.Broken(Throwable cause) ->
                end(cause, CloseReason.INTERNAL_ERROR, CloseReason.INTERNAL_ERROR);
        }
    }

    // ---- relaying

    private void startRelay(Session current, KeyedRequest asked, OriginSearch.Outcome.Found found) {
        OriginDial dialled = found.dialled();
        Resolution.Route route = dialled.route();
        Channel origin = dialled.channel();
        ClientNegotiation negotiation = reception.negotiation();
        StreamRelay relay = new StreamRelay(
                current,
                context.settings(),
                new StreamRelay.Listener() {
                    @Override
                    public void accepted() {
                        context.sessions().relaying(current, route.origin(), route.epoch());
                    }

                    @Override
                    public void over(CloseReason reason, String detail) {
                        end(reason, detail);
                    }

                    @Override
                    public void originLags(String detail) {
                        context.router()
                                .failed(OriginObservation.of(
                                        route.origin(),
                                        OriginObservation.Failure.TIMEOUT,
                                        detail,
                                        context.clock().instant()));
                    }
                },
                channel(),
                negotiation,
                asked,
                origin,
                dialled.negotiation(),
                found.originMessageStream());
        become(State.RELAYING);
        input = new Relayed(relay);
        leaveOrigin = () -> {
            context.loops().ticker(channel()).remove(relay);
            GracefulClose.afterFlush(origin);
        };
        context.loops().ticker(channel()).add(relay);
        origin.pipeline().replace(dialled, "relay", new OriginEnd(relay));
        try {
            relay.resumeDown(dialled.negotiation(), found.leftover());
        } catch (RtmpFormatException e) {
            end(CloseReason.ORIGIN_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        if (state() != State.RELAYING) {
            return;
        }
        try {
            relay.resumeUp(negotiation, reception.takeKept());
        } catch (RtmpFormatException e) {
            end(CloseReason.PEER_PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            return;
        }
        Reading.of(channel()).resume(Reading.Obstacle.SESSION);
    }

    /** The client's side while it is relayed. */
    private record Relayed(StreamRelay relay) implements ClientInput {

        @Override
        public void take(ByteBuf bytes) {
            relay.fromClient(bytes);
        }

        @Override
        public void takenAll() {
            relay.clientReadComplete();
        }
    }

    /** The origin's connection while it is relayed. */
    private final class OriginEnd extends ChannelInboundHandlerAdapter {

        private final StreamRelay relay;

        OriginEnd(StreamRelay relay) {
            this.relay = relay;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (state() == State.RELAYING) {
                relay.fromOrigin(bytes);
            } else {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (state() == State.RELAYING) {
                relay.originReadComplete();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            originClosed(relay, CloseReason.ORIGIN_CLOSED, "");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof IOException && !(cause instanceof OverBudgetException)) {
                originClosed(relay, CloseReason.ORIGIN_RESET, String.valueOf(cause.getMessage()));
            } else {
                end(cause, CloseReason.ORIGIN_RESET, CloseReason.ORIGIN_PROTOCOL_ERROR);
            }
        }
    }

    private void originClosed(StreamRelay relay, CloseReason reason, String detail) {
        if (state() != State.RELAYING) {
            return;
        }
        Optional<String> refusal = relay.refusal();
        if (refusal.isPresent()) {
            end(CloseReason.ORIGIN_REFUSED_STREAM, refusal.get());
        } else if (!relay.isAccepted()) {
            // Origins whose callback refuses often just close the connection; the client is told why all the same.
            refuse(
                    CloseReason.ORIGIN_REFUSED_STREAM,
                    StatusWords.FAILED,
                    "The origin closed the connection without an answer");
        } else {
            end(reason, detail);
        }
    }

    // ---- the end

    private void refuse(CloseReason reason, StatusWords words, String description) {
        reception.refuse(words, description);
        end(reason, description);
    }

    @Override
    protected void leave() {
        input = ByteBuf::release;
        reception.release();
        leaveOrigin.run();
        GracefulClose.afterFlush(channel());
    }
}
