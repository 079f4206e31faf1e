package io.millrace.control.api.bans;

import io.millrace.control.api.Problem;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.bans.BanEntry;
import io.millrace.control.bans.BanList;
import io.millrace.control.errors.ConflictException;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.json.JsonBody;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.peers.SilentPeerException;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.control.workers.session.SessionEntry;
import io.millrace.control.workers.session.SessionQuery;
import io.millrace.model.access.Ban;
import io.millrace.model.address.AddressText;
import io.millrace.model.address.Network;
import io.millrace.model.wire.SessionReport;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Takes back what a client was allowed: a ban that ends by itself. Its sessions end on all workers, and whatever it still holds (a token, the
 * URIs of a playlist) opens no new one before that.
 */
@Path("/api/v1/sessions/revoke")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "sessions")
@RolesAllowed(Roles.OPERATOR)
public final class RevokeResource {

    /** Longer than players try again on their own. */
    static final Duration USUAL = Duration.ofMinutes(10);

    private static final Set<String> FIELDS_WITH_SESSION = Set.of("session", "reason", "seconds");

    private final BanList bans;
    private final ClusterWorkers cluster;
    private final EventLog events;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    @Inject
    public RevokeResource(
            BanList bans, ClusterWorkers cluster, EventLog events, CurrentCaller caller, AuditTrail audit) {
        this.audit = audit;
        this.bans = bans;
        this.cluster = cluster;
        this.events = events;
        this.caller = caller;
    }

    @POST
    @Audited("session.revoke")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "End sessions and keep them from coming back",
            description =
                    "A ban of 600 seconds, or of as many as the body says. Named is either what a ban names, or one session by its id: then"
                            + " the client of that session is banned from its stream, by the subject that its credential names, or else by its address.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = RevokeWanted.class),
                            examples = {
                                @ExampleObject(
                                        name = "all who play a stream",
                                        value =
                                                "{\"app\": \"live\", \"stream\": \"match\", \"intent\": \"play\", \"seconds\": 60}"),
                                @ExampleObject(
                                        name = "all sessions of a subject",
                                        value = "{\"subject\": \"ann@example.com\", \"seconds\": 3600}"),
                                @ExampleObject(name = "one session", value = "{\"session\": \"s-7-0a3f\"}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "The ban; lift it under /api/v1/bans to let them in again",
            content = @Content(schema = @Schema(implementation = BanView.class)))
    @APIResponse(responseCode = "400", description = "A field makes no sense, or everybody would be banned")
    @APIResponse(responseCode = "404", description = "No open session has that id")
    @APIResponse(
            responseCode = "409",
            description = "There are as many bans as may be, or the id stands for several sessions",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public BanView revoke(byte[] body) {
        JsonBody sent = JsonBody.parse(body);
        BanReader wanted = BanReader.read(sent, USUAL, sent.has("session") ? FIELDS_WITH_SESSION : BanReader.FIELDS);
        Ban ban = sent.has("session") ? banOf(sent.text("session")) : wanted.ban();
        BanEntry entry = bans.add(ban, wanted.reason(), caller.actor(), wanted.duration())
                .entry();
        audit.target("bans/" + entry.ban().id());
        audit.changed(null, BanView.of(entry));
        events.record(EventKind.BANS_CHANGED, entry.ban().id(), caller.actor(), "revoked " + BanView.summary(entry));
        return BanView.of(entry);
    }

    private Ban banOf(String session) {
        ClusterWorkers.Found found = cluster.sessions(new SessionQuery(null, session, null, null, null, Set.of(), 2));
        if (found.sessions().isEmpty()) {
            found.silent().stream().findFirst().ifPresent(silent -> {
                throw new SilentPeerException(silent);
            });
            throw new NoSuchItemException("there is no session " + session);
        }
        if (found.sessions().size() > 1) {
            throw new ConflictException(
                    "session " + session + " exists on more than one worker; name its address and stream");
        }
        return banOf(found.sessions().getFirst());
    }

    private static Ban banOf(SessionEntry entry) {
        SessionReport session = entry.session();
        // Its subject alone: others at the same address are other people, and elsewhere it is the same one.
        boolean named = session.subject() != null;
        return new Ban(
                "",
                named ? null : address(session),
                session.stream().vhost(),
                session.stream().app(),
                session.stream().stream(),
                session.subject(),
                session.intent());
    }

    private static Network address(SessionReport session) {
        return Network.address(AddressText.host(session.clientAddress()))
                .orElseThrow(() -> new InvalidFieldException(
                        "session", "the address of session " + session.id() + " is not known; name its stream"));
    }
}
