package io.millrace.worker.http.server;

import io.millrace.worker.net.flow.Reading;
import io.millrace.worker.net.memory.KeptInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder behind {@link HeadCheck}: it gets to see only whole heads that mean one thing. Gives one request at a time; the
 * next is looked at after {@link #next}. A {@link Refusal} in place of a request is the last thing that it gives.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

    /** What a client may send ahead while its request is served, before we stop reading from it. */
    private static final int MAX_AHEAD = 64 * 1024;

    private final HeadCheck head = new HeadCheck();
    private @Nullable ChannelHandlerContext context;
    private KeptInput kept = KeptInput.NONE;
    private boolean inBody;
    private boolean held;
    private boolean broken;
    private boolean reading;
    private boolean again;

    StrictRequestDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(HeadCheck.MAX_REQUEST_LINE)
                .setMaxHeaderSize(HeadCheck.MAX_HEADERS_SIZE)
                .setMaxChunkSize(64 * 1024)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        kept = KeptInput.of(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        try {
            super.channelRead(ctx, KeptInput.compact(ctx.alloc(), (ByteBuf) message));
            while (again) {
                again = false;
                super.channelRead(ctx, Unpooled.EMPTY_BUFFER);
            }
        } finally {
            reading = false;
            kept.holds(actualReadableBytes() == 0 ? 0 : internalBuffer().capacity(), 0);
        }
        if (held && actualReadableBytes() > MAX_AHEAD) {
            Reading.of(ctx.channel()).pause(Reading.Obstacle.SESSION);
        }
    }

    /** The request was served; goes on with what may have come since. */
    void next() throws Exception {
        held = false;
        ChannelHandlerContext ctx = context;
        if (ctx == null || ctx.isRemoved()) {
            return;
        }
        Reading.of(ctx.channel()).resume(Reading.Obstacle.SESSION);
        if (reading) {
            again = true;
        } else {
            channelRead(ctx, Unpooled.EMPTY_BUFFER);
        }
    }

    /** Whether some of a request's head has come, and not all of it. */
    boolean isMidHead() {
        return !held && !inBody && !broken && actualReadableBytes() > 0;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inBody && !mayDecodeHead(in, out)) {
            return;
        }
        int before = out.size();
        super.decode(ctx, in, out);
        for (int i = before; i < out.size(); i++) {
            if (out.get(i) instanceof HttpRequest) {
                inBody = true;
                held = true;
            }
            if (out.get(i) instanceof LastHttpContent) {
                inBody = false;
            }
            if (out.get(i) instanceof HttpObject decoded
                    && decoded.decoderResult().isFailure()) {
                broken = true;
            }
        }
    }

    private boolean mayDecodeHead(ByteBuf in, List<Object> out) {
        if (held) {
            return false;
        }
        // An empty line before a request is left over from the body before it (RFC 9112, section 2.2).
        while (in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == '\r'
                && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
        }
        return switch (head.scan(in)) {
            case HeadCheck.Incomplete _ -> false;
            case HeadCheck.Whole _ -> {
                head.reset();
                yield true;
            }
            case HeadCheck.Refused(Refusal refusal) -> {
                broken = true;
                in.skipBytes(in.readableBytes());
                out.add(refusal);
                yield false;
            }
        };
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        // What is not whole by now will not be.
        in.skipBytes(in.readableBytes());
    }
}
