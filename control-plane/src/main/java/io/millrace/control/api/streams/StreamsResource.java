package io.millrace.control.api.streams;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.millrace.control.api.Page;
import io.millrace.control.api.Parameters;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.peers.ClusterDecisions;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.admin.StreamFilter;
import io.millrace.control.streams.admin.StreamView;
import io.millrace.control.streams.binding.DecisionRecord;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Bound streams: where each lives, why, and who carries it. A stream's key is vhost/app/stream; the app may hold slashes. */
@Path("/api/v1/streams")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "streams")
@RolesAllowed(Roles.VIEWER)
public final class StreamsResource {

    private static final String KEY_EXAMPLE = "__defaultVhost__/live/livestream";

    private final StreamAdmin streams;
    private final ClusterDecisions decisions;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public StreamsResource(StreamAdmin streams, ClusterDecisions decisions, CurrentCaller caller, AuditTrail audit) {
        this.streams = streams;
        this.decisions = decisions;
        this.caller = caller;
        this.audit = audit;
    }

    /**
     * A stream and how it came to its origin.
     *
     * @param decision absent when it is no longer remembered
     */
    public record StreamDetail(
            @JsonUnwrapped StreamView view, @Nullable DecisionRecord decision) {}

    /** Where a stream is to go. */
    public record Move(
            @Schema(examples = "o-3f2a9c41d07b") @Nullable String origin) {}

    @GET
    @Operation(summary = "List bound streams", description = "In the order of their keys.")
    public Page<StreamView> list(
            @Parameter(description = "Only streams on this origin") @QueryParam("origin") @Nullable String origin,
            @Parameter(description = "Only this vhost") @QueryParam("vhost") @Nullable String vhost,
            @Parameter(description = "Only this app") @QueryParam("app") @Nullable String app,
            @Parameter(description = "The cursor of the page before", example = KEY_EXAMPLE)
                    @QueryParam("after")
                    @Nullable
                    String after,
            @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) String limit) {
        int size = Page.limit(limit);
        StreamFilter filter = new StreamFilter(origin == null ? null : Parameters.origin("origin", origin), vhost, app);
        StreamKey from = after == null ? null : Parameters.stream("after", after);
        List<StreamView> oneMore = streams.list(from, size + 1, filter);
        return Page.of(oneMore, size, view -> view.stream().toString());
    }

    @GET
    @Path("/{key: .+}")
    @Operation(summary = "Get a stream", description = "Where it lives, why, and what each worker carries of it.")
    @APIResponse(
            responseCode = "200",
            description = "The stream",
            content = @Content(schema = @Schema(implementation = StreamDetail.class)))
    @APIResponse(responseCode = "404", description = "The stream is not bound")
    public StreamDetail get(@Parameter(example = KEY_EXAMPLE) @PathParam("key") String key) {
        StreamKey stream = Parameters.stream("stream", key);
        return detail(stream);
    }

    @DELETE
    @Path("/{key: .+}")
    @RolesAllowed(Roles.OPERATOR)
    @Audited("stream.unbind")
    @Operation(
            summary = "Unbind a stream",
            description = "Forgets where it lives; its sessions stay. A publisher that is live binds it again with the"
                    + " next report: to take a live stream elsewhere, move it.")
    @APIResponse(responseCode = "204", description = "It is unbound")
    @APIResponse(responseCode = "404", description = "It was not bound")
    public void unbind(@Parameter(example = KEY_EXAMPLE) @PathParam("key") String key) {
        StreamKey stream = Parameters.stream("stream", key);
        audit.changed(bound(stream), null);
        if (!streams.unbind(stream, caller.actor())) {
            throw notBound(stream);
        }
    }

    @POST
    @Path("/{key: .+}/move")
    @RolesAllowed(Roles.OPERATOR)
    @Audited("stream.move")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Move a stream to another origin",
            description = "Workers end its sessions on other origins; publisher and viewers come back to the new one.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = Move.class),
                            examples = @ExampleObject(name = "example", value = "{\"origin\": \"o-3f2a9c41d07b\"}")))
    @APIResponse(
            responseCode = "200",
            description = "The stream as it is now",
            content = @Content(schema = @Schema(implementation = StreamDetail.class)))
    @APIResponse(responseCode = "400", description = "The origin is not known or may not take the stream")
    @APIResponse(responseCode = "404", description = "The stream is not bound")
    public StreamDetail move(@Parameter(example = KEY_EXAMPLE) @PathParam("key") String key, @Nullable Move move) {
        StreamKey stream = Parameters.stream("stream", key);
        if (move == null || move.origin() == null) {
            throw new InvalidFieldException("origin", "origin is missing; send {\"origin\": \"...\"}");
        }
        OriginId to = Parameters.origin("origin", move.origin());
        audit.changed(bound(stream), new Move(to.value()));
        if (streams.move(stream, to, caller.actor()).isEmpty()) {
            throw notBound(stream);
        }
        return detail(stream);
    }

    private @Nullable Move bound(StreamKey stream) {
        return streams.get(stream).map(view -> new Move(view.origin().value())).orElse(null);
    }

    private StreamDetail detail(StreamKey stream) {
        return streams.get(stream)
                .map(view -> new StreamDetail(view, decisions.whyThere(stream).orElse(null)))
                .orElseThrow(() -> notBound(stream));
    }

    private static NoSuchItemException notBound(StreamKey stream) {
        return new NoSuchItemException("stream '" + stream + "' is not bound to any origin");
    }
}
