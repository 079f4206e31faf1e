package io.millrace.worker.http.server.http2;

import io.millrace.worker.http.Request;
import io.millrace.worker.http.server.Framing;
import io.millrace.worker.http.server.HeadCheck;
import io.millrace.worker.http.server.HttpConnection;
import io.millrace.worker.http.server.ServerParts;
import io.millrace.worker.net.memory.PendingBudget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;

/**
 * Makes HTTP/2 of a connection, each stream of which then goes the way of a connection of HTTP/1. The bounds are those against known
 * floods: resets by the client (CVE-2023-44487) or provoked from us (CVE-2025-55163), empty frames, endless continuations,
 * answers that are never read.
 */
public final class Http2Setup {

    private static final int MAX_STREAMS = 128;

    /** Clients upload little; what they download is bounded by their own windows. */
    private static final int UPLOAD_WINDOW = 64 * 1024;

    private static final int MAX_RESETS = 200;
    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int MAX_EMPTY_FRAMES = 2;
    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final int MAX_UNSENT_CONTROL_FRAMES = 1_000;

    /** Streams end when the drain or their own deadlines say so. */
    private static final int NO_LIMIT = -1;

    /** What one stream queues for a client that is slower than its source; times the streams, what one client can make us hold. */
    private static final WriteBufferWaterMark STREAM_WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private Http2Setup() {}

    public static void addTo(ChannelPipeline pipeline, ServerParts parts) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(MAX_STREAMS)
                        .maxHeaderListSize(HeadCheck.MAX_HEADERS_SIZE)
                        .initialWindowSize(UPLOAD_WINDOW))
                .validateHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_FRAMES)
                .decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS)
                .encoderEnforceMaxQueuedControlFrames(MAX_UNSENT_CONTROL_FRAMES)
                .gracefulShutdownTimeoutMillis(NO_LIMIT)
                .build();
        Http2Watch watch = new Http2Watch(parts, codec);
        pipeline.addLast(codec, new Http2MultiplexHandler(new Streams(parts, watch)), watch);
    }

    private static final class Streams extends ChannelInitializer<Channel> {

        private final ServerParts parts;
        private final Http2Watch watch;

        Streams(ServerParts parts, Http2Watch watch) {
            this.parts = parts;
            this.watch = watch;
        }

        @Override
        protected void initChannel(Channel stream) {
            watch.streamOpened();
            stream.config().setWriteBufferWaterMark(STREAM_WATER_MARK);
            PendingBudget.watchStream(stream);
            stream.pipeline()
                    .addLast(
                            new Http2StreamFrameToHttpObjectCodec(true),
                            new HttpConnection(parts, new StreamFraming(), true));
        }
    }

    /** One stream, behind Netty's translation. */
    private record StreamFraming() implements Framing {

        @Override
        public boolean isConnection() {
            return false;
        }

        @Override
        public boolean isMidHead() {
            return false;
        }

        @Override
        public void answers(Request request) {
            // The frames say it.
        }

        @Override
        public void next() {
            // There is none.
        }

        @Override
        public void switchTo(ChannelHandlerContext ctx, ChannelHandler handler) {
            throw new IllegalStateException("a stream of HTTP/2 cannot leave HTTP");
        }
    }
}
