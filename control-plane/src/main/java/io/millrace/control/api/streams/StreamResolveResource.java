package io.millrace.control.api.streams;

import io.millrace.control.api.Parameters;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.peers.ClusterDecisions;
import io.millrace.control.security.Roles;
import io.millrace.control.streams.admin.Explanation;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.admin.StreamView;
import io.millrace.model.ClientUrl;
import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where the stream of a client's URL is, and why. */
@Path("/api/v1/streams:resolve")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "streams")
@RolesAllowed(Roles.VIEWER)
public final class StreamResolveResource {

    private final StreamAdmin streams;
    private final ClusterDecisions decisions;
    private final ConfigRepository config;

    @Inject
    public StreamResolveResource(StreamAdmin streams, ClusterDecisions decisions, ConfigRepository config) {
        this.streams = streams;
        this.decisions = decisions;
        this.config = config;
    }

    /**
     * Where a stream is and what clients of it would get now.
     *
     * @param intent what the URL alone says; absent where clients say it later, and for a key
     * @param bound where it lives and which workers carry it; absent while it is not bound
     * @param play what a player would get now
     * @param publish what a publisher would get now
     */
    public record Resolved(
            StreamKey stream,
            Protocol protocol,
            @Nullable Intent intent,
            @Nullable StreamView bound,
            Explanation play,
            Explanation publish) {}

    @GET
    @Operation(
            summary = "Find the stream of a client's URL",
            description =
                    "Reads the URL as workers do and changes nothing. Known are rtmp, rtmps, webrtc, srt, rtsp and"
                            + " rtsps, and over http and https .flv, .ts, .m3u8, .mpd, WHIP and WHEP.")
    @APIResponse(responseCode = "200", description = "The stream, bound or not")
    @APIResponse(
            responseCode = "400",
            description = "No stream can be read from it; the detail says which part is wrong")
    public Resolved resolve(
            @Parameter(description = "What the client opens", example = "rtmp://live.example.com/live/livestream")
                    @QueryParam("url")
                    @Nullable
                    String url,
            @Parameter(description = "The stream's key, instead of a URL") @QueryParam("stream") @Nullable
                    String stream) {
        if ((url == null) == (stream == null)) {
            throw new InvalidFieldException("url", "send either ?url= or ?stream=vhost/app/stream");
        }
        ClientUrl asked = url == null
                ? new ClientUrl(Parameters.stream("stream", String.valueOf(stream)), Protocol.RTMP, null)
                : read(url);
        return new Resolved(
                asked.stream(),
                asked.protocol(),
                asked.intent(),
                streams.get(asked.stream()).orElse(null),
                explain(asked, Intent.PLAY),
                explain(asked, Intent.PUBLISH));
    }

    private ClientUrl read(String url) {
        try {
            return ClientUrl.parse(
                    url, new StreamNaming(config.versioned().value().vhosts()));
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("url", "url: " + e.getMessage());
        }
    }

    private Explanation explain(ClientUrl asked, Intent intent) {
        Explanation found = streams.explain(asked.stream(), intent, asked.protocol());
        return found.binding() != null && found.decision() == null
                ? found.with(decisions.whyThere(asked.stream()).orElse(null))
                : found;
    }
}
