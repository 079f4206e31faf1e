package io.millrace.control.api.events;

import io.millrace.control.api.Page;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.PeerAddress;
import io.millrace.control.security.Roles;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** What happened, as a listing and as a live feed. */
@Path("/api/v1/events")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "events")
@RolesAllowed(Roles.VIEWER)
public final class EventsResource {

    private final EventLog log;
    private final EventFeed feed;
    private final CurrentCaller caller;

    @Inject
    public EventsResource(EventLog log, EventFeed feed, CurrentCaller caller) {
        this.log = log;
        this.feed = feed;
        this.caller = caller;
    }

    @GET
    @Operation(
            summary = "List events",
            description =
                    "Newest first; the control plane keeps a bounded number of them. To viewers, addresses of clients in"
                            + " message and actor are shown by their network.")
    public Page<Event> list(
            @Parameter(description = "Only this kind", example = "origin-state-changed") @QueryParam("kind") @Nullable
                    String kind,
            @Parameter(description = "Only this origin id, stream key, session or worker name")
                    @QueryParam("subject")
                    @Nullable
                    String subject,
            @Parameter(description = "The cursor of the page before: only events with a smaller id")
                    @QueryParam("before")
                    @Nullable
                    String before,
            @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) String limit) {
        int size = Page.limit(limit);
        long below = before == null ? Long.MAX_VALUE : id("before", before);
        Page<Event> page =
                Page.of(log.before(below, wanted(kind, subject), size + 1), size, event -> Long.toString(event.id()));
        return caller.seesClients() ? page : page.map(EventMask::of);
    }

    @GET
    @Path("/stream")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Follow events",
            description =
                    "Server-sent events: id is the run of the control plane and the event's id, event its kind, data the event"
                            + " as JSON. A client that returns with Last-Event-ID, or with after, gets what it missed, as far as"
                            + " it is kept; an event named events-lost, with the ids from and to as its data and no id of its"
                            + " own, stands for what is not. The id of another run, or of another control plane, means nothing"
                            + " here: an event named other-run says so, and all that is kept follows. A client that takes nothing"
                            + " is disconnected. Where the credential of the client ends, an event named signed-out is the last.")
    @APIResponse(
            responseCode = "200",
            description = "Events until the client leaves",
            content =
                    @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(implementation = Event.class)))
    @APIResponse(responseCode = "429", description = "Too many event streams of this address")
    @APIResponse(responseCode = "503", description = "Too many event streams")
    public Multi<OutboundSseEvent> follow(
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) @Nullable String lastEventId,
            @Parameter(description = "As Last-Event-ID, which goes first where both are given", example = "cp-5f2b:17")
                    @QueryParam("after")
                    @Nullable
                    String after,
            @Parameter(description = "Only this kind") @QueryParam("kind") @Nullable String kind,
            @Parameter(description = "Only this subject") @QueryParam("subject") @Nullable String subject,
            @Parameter(hidden = true) @Context RoutingContext connection) {
        return RestMulti.fromMultiData(feed.follow(
                        position(lastEventId, after),
                        wanted(kind, subject),
                        new Follower(
                                PeerAddress.of(connection.request()),
                                caller.seesClients(),
                                caller.stillValid(),
                                () -> connection.response().reset())))
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private static @Nullable EventPosition position(@Nullable String lastEventId, @Nullable String after) {
        if (lastEventId != null && !lastEventId.isEmpty()) {
            return EventPosition.parse(HttpHeaders.LAST_EVENT_ID_HEADER, lastEventId);
        }
        return after == null ? null : EventPosition.parse("after", after);
    }

    private static Predicate<Event> wanted(@Nullable String kind, @Nullable String subject) {
        EventKind wantedKind = kind == null ? null : kind(kind);
        return event -> (wantedKind == null || event.kind() == wantedKind)
                && (subject == null || event.subject().equals(subject));
    }

    private static EventKind kind(String word) {
        return Arrays.stream(EventKind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidFieldException(
                        "kind",
                        "kind is '" + word + "'; allowed are "
                                + Arrays.stream(EventKind.values())
                                        .map(EventKind::word)
                                        .collect(Collectors.joining(", "))));
    }

    private static long id(String field, String text) {
        try {
            long id = Long.parseLong(text);
            if (id >= 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            throw noId(field, text);
        }
        throw noId(field, text);
    }

    private static InvalidFieldException noId(String field, String text) {
        return new InvalidFieldException(field, field + " is '" + text + "'; allowed is the id of an event, a number");
    }
}
