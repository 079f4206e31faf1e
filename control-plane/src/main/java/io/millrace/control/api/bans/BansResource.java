package io.millrace.control.api.bans;

import io.millrace.control.api.Page;
import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.bans.BanEntry;
import io.millrace.control.bans.BanList;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
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
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who may not publish or play, by address, by stream, and by the subject that a client's credential names. */
@Path("/api/v1/bans")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "bans")
@RolesAllowed(Roles.OPERATOR)
public final class BansResource {

    private final BanList bans;
    private final EventLog events;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public BansResource(BanList bans, EventLog events, CurrentCaller caller, AuditTrail audit) {
        this.audit = audit;
        this.bans = bans;
        this.events = events;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "List bans", description = "In the order of their ids; those that have ended are not listed.")
    public Page<BanView> list(
            @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) String limit,
            @Parameter(description = "The cursor of the page before") @QueryParam("after") @Nullable String after) {
        return Page.of(
                        bans.all(),
                        after,
                        Page.limit(limit),
                        entry -> entry.ban().id())
                .map(BanView::of);
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Get a ban")
    @APIResponse(
            responseCode = "200",
            description = "The ban",
            content = @Content(schema = @Schema(implementation = BanView.class)))
    @APIResponse(responseCode = "404", description = "There is no such ban, or it has ended")
    public BanView get(@PathParam("id") String id) {
        return bans.find(id).map(BanView::of).orElseThrow(() -> noSuch(id));
    }

    @POST
    @Audited("ban.add")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ban clients",
            description =
                    "Sessions to which all that is named applies are refused on every protocol, and ended where they run,"
                            + " within a second. What is banned already gets the new reason and end.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = BanWanted.class),
                            examples = {
                                @ExampleObject(
                                        name = "a network, for an hour",
                                        value =
                                                "{\"network\": \"203.0.113.0/24\", \"reason\": \"made up names\", \"seconds\": 3600}"),
                                @ExampleObject(
                                        name = "a subject, wherever it is",
                                        value =
                                                "{\"subject\": \"ann@example.com\", \"reason\": \"shares the account\"}"),
                                @ExampleObject(
                                        name = "publishing one stream",
                                        value = "{\"app\": \"live\", \"stream\": \"match\", \"intent\": \"publish\"}")
                            }))
    @APIResponse(
            responseCode = "201",
            description = "The ban",
            content = @Content(schema = @Schema(implementation = BanView.class)))
    @APIResponse(
            responseCode = "200",
            description = "It was banned already; the ban as it is now",
            content = @Content(schema = @Schema(implementation = BanView.class)))
    @APIResponse(responseCode = "400", description = "A field makes no sense, or everybody would be banned")
    @APIResponse(
            responseCode = "409",
            description = "There are as many bans as may be",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response ban(byte[] body) {
        BanReader wanted = BanReader.read(JsonBody.parse(body));
        BanList.Added added = bans.add(wanted.ban(), wanted.reason(), caller.actor(), wanted.duration());
        BanEntry entry = added.entry();
        audit.target("bans/" + entry.ban().id());
        audit.changed(null, BanView.of(entry));
        events.record(EventKind.BANS_CHANGED, entry.ban().id(), caller.actor(), "banned " + BanView.summary(entry));
        return (added.isNew()
                        ? Response.created(
                                URI.create("/api/v1/bans/" + entry.ban().id()))
                        : Response.ok())
                .entity(BanView.of(entry))
                .build();
    }

    @DELETE
    @Audited("ban.lift")
    @Path("/{id}")
    @Operation(summary = "Lift a ban")
    @APIResponse(responseCode = "204", description = "It is lifted")
    @APIResponse(responseCode = "404", description = "There is no such ban, or it has ended")
    public void lift(@PathParam("id") String id) {
        BanEntry lifted = bans.lift(id).orElseThrow(() -> noSuch(id));
        audit.changed(BanView.of(lifted), null);
        events.record(EventKind.BANS_CHANGED, id, caller.actor(), "lifted " + BanView.summary(lifted));
    }

    private static NoSuchItemException noSuch(String id) {
        return new NoSuchItemException("there is no ban " + id.substring(0, Math.min(id.length(), 64)));
    }
}
