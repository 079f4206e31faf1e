package io.millrace.worker.webrtc.session;

import io.millrace.model.Endpoint;
import io.millrace.model.Origin;
import io.millrace.model.settings.OriginCredentials;
import io.millrace.model.wire.MediaRoute;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import io.millrace.worker.webrtc.ResourceEnder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Sends DELETE for the resource that the origin's answer named, as a WHIP or WHEP client would (RFC 9725, section 4.2). */
public final class HttpResourceEnder implements ResourceEnder {

    private static final Logger LOG = Logger.getLogger(HttpResourceEnder.class);

    private final OriginHttp http;
    private final OriginCredentials credentials;
    private final Duration silenceLimit;

    /**
     * @param credentials for origins that let no other client end a session (SRS: {@code rtc_bearer_enabled})
     * @param silenceLimit how long the origin may take to answer
     */
    public HttpResourceEnder(OriginHttp http, OriginCredentials credentials, Duration silenceLimit) {
        this.http = http;
        this.credentials = credentials;
        this.silenceLimit = silenceLimit;
    }

    @Override
    public void end(EventLoop loop, Origin origin, MediaRoute route) {
        Optional<Endpoint> api = OriginMedia.api(origin);
        if (route.resource().isEmpty() || api.isEmpty()) {
            return;
        }
        HttpHeaders headers =
                new DefaultHttpHeaders().set(HttpHeaderNames.HOST, api.get().authority());
        credentials
                .authorization(origin, api.get())
                .ifPresent(value -> headers.set(HttpHeaderNames.AUTHORIZATION, value));
        var _ = http.send(
                loop,
                api.get(),
                new OriginHttp.Ask(HttpMethod.DELETE, route.resource(), headers, silenceLimit),
                new Outcome(origin, route));
    }

    private record Outcome(Origin origin, MediaRoute route) implements OriginHttp.Receiver {

        @Override
        public void head(HttpResponseStatus status, HttpHeaders headers) {
            // A session that is not there any more is what was wanted.
            if (status.code() >= 400 && !status.equals(HttpResponseStatus.NOT_FOUND)) {
                warn("status " + status.code());
            }
        }

        @Override
        public void body(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void readComplete() {}

        @Override
        public void end() {}

        @Override
        public void failed(OriginFailure failure, boolean beforeHead) {
            warn(failure.failure().word() + ": " + failure.detail());
        }

        private void warn(String what) {
            LOG.warnf(
                    "origin did not end session origin=%s stream=\"%s\" detail=\"%s\"",
                    origin.displayName(), route.stream(), what);
        }
    }
}
