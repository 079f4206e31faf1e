package io.millrace.worker.entry;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.worker.admin.sessions.AccessRequest;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Credentials;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permission;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionHandle;
import io.millrace.worker.admin.sessions.SessionTable;
import io.millrace.worker.net.accept.ClientAddress;
import io.millrace.worker.net.flow.Reading;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from accept to the end: it names a stream, is brought to an origin, and is relayed. Here is what that means in every protocol;
 * all of it on the client's event loop.
 */
public abstract class ClientSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(ClientSession.class);

    /** Where a session is. */
    protected enum State {
        /** The client has named no stream yet; the worker alone answers it. */
        NAMING,
        /** Whether it may have the stream is asked. */
        ASKING,
        /** An origin is looked for and dialled. */
        SEARCHING,
        RELAYING,
        ENDED
    }

    private final Protocol protocol;
    private final SessionTable sessions;
    private final Channel channel;
    private final Runnable leftNaming;
    private State state = State.NAMING;
    private ClientAddress clientAddress = ClientAddress.UNKNOWN;
    private @Nullable Session session;

    /** @param leftNaming called once, when the connection has named its stream or is closed */
    protected ClientSession(Protocol protocol, SessionTable sessions, Channel channel, Runnable leftNaming) {
        this.protocol = protocol;
        this.sessions = sessions;
        this.channel = channel;
        this.leftNaming = leftNaming;
    }

    protected final Channel channel() {
        return channel;
    }

    protected final State state() {
        return state;
    }

    protected final ClientAddress clientAddress() {
        return clientAddress;
    }

    protected final void become(State next) {
        if (next.compareTo(state) <= 0) {
            throw new IllegalStateException(state + " cannot become " + next);
        }
        if (state == State.NAMING) {
            leftNaming.run();
            leftNaming();
        }
        state = next;
    }

    /** The client has named its stream, or the connection is closed. */
    protected void leftNaming() {}

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        learnClientAddress();
    }

    /** To be called while the client names its stream: a balancer's header in front of that may have told who it is. */
    protected final void learnClientAddress() {
        clientAddress = ClientAddress.of(channel);
    }

    /**
     * Asks whether the client may have the stream that it named, and opens a session for it. From now on the client is not read; when its session is
     * open, until its origin is found. Where there is none the caller refuses the client, and then calls {@link #endUnlisted}.
     *
     * @param then runs at once or later, unless the client has left meanwhile
     */
    protected final void open(Intent intent, StreamKey stream, Credentials shown, Consumer<OpenResult> then) {
        become(State.ASKING);
        Reading.of(channel).pause(Reading.Obstacle.SESSION);
        AccessRequest request = new AccessRequest(protocol, intent, stream, clientAddress.shown(), shown);
        sessions.permit(request, channel.eventLoop(), permission -> {
            if (state != State.ASKING) {
                return;
            }
            try {
                then.accept(opened(permission));
            } catch (RuntimeException e) {
                // It may be another task of the loop than the one that called open.
                end(e, CloseReason.PEER_RESET, CloseReason.PEER_PROTOCOL_ERROR);
            }
        });
    }

    private OpenResult opened(Permission permission) {
        return switch (permission) {
            case OpenResult.Refused refused -> refused;
            case Permit permit -> {
                SessionHandle handle = (reason, detail) -> channel.eventLoop().execute(() -> end(reason, detail));
                OpenResult result = sessions.open(permit, handle);
                if (result instanceof OpenResult.Opened opened) {
                    session = opened.session();
                    become(State.SEARCHING);
                }
                yield result;
            }
        };
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state == State.NAMING && !hasReceived()) {
            // A load balancer's probe: neither counted nor logged.
            endUnlisted();
        } else {
            end(CloseReason.PEER_CLOSED, "");
        }
    }

    /** Whether the client has sent anything. */
    protected abstract boolean hasReceived();

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(cause, CloseReason.PEER_RESET, CloseReason.PEER_PROTOCOL_ERROR);
    }

    protected void end(Throwable cause, CloseReason whenReset, CloseReason whenMalformed) {
        CloseCause why = CloseCause.of(cause, whenReset, whenMalformed);
        if (why.isInternal()) {
            LOG.errorf(
                    cause,
                    "internal error, session ended protocol=%s client=%s",
                    protocol.word(),
                    clientAddress.shown());
        }
        end(why.reason(), why.detail());
    }

    /** Only the first call counts. */
    protected void end(CloseReason reason, String detail) {
        if (state == State.ENDED) {
            return;
        }
        become(State.ENDED);
        if (session == null) {
            sessions.rejected(protocol, reason, clientAddress.shown(), detail);
        } else {
            sessions.close(session, reason, detail);
        }
        leave();
    }

    /** Ends a connection of which the table of sessions needs to know nothing more. */
    protected final void endUnlisted() {
        become(State.ENDED);
        leave();
    }

    /** Frees everything and closes the connections; called once. */
    protected abstract void leave();
}
