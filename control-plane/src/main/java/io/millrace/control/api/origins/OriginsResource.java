package io.millrace.control.api.origins;

import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Page;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ConfigUpdate;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.errors.NoSuchItemException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.registry.OriginAdmin;
import io.millrace.control.registry.OriginRegistry;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.millrace.model.Admission;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The origins, for operators. */
@Path("/api/v1/origins")
@Tag(name = "origins")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RolesAllowed(Roles.VIEWER)
public class OriginsResource {

    private final OriginRegistry registry;
    private final OriginAdmin admin;
    private final CurrentCaller caller;
    private final AuditTrail audit;

    OriginsResource(OriginRegistry registry, OriginAdmin admin, CurrentCaller caller, AuditTrail audit) {
        this.registry = registry;
        this.admin = admin;
        this.caller = caller;
        this.audit = audit;
    }

    @GET
    @Operation(summary = "Lists origins in the order of their ids")
    public Page<OriginView> list(
            @Parameter(description = "up, suspect or down", example = "up") @QueryParam("state") @Nullable String state,
            @Parameter(description = "open, cordoned, draining or pending", example = "open")
                    @QueryParam("admission")
                    @Nullable
                    String admission,
            @Parameter(description = "name=value; may be given several times", example = "disk=fast")
                    @QueryParam("label")
                    List<String> labels,
            @Parameter(description = "how many at most, 1 to 1000", example = "100") @QueryParam("limit") @Nullable
                    String limit,
            @Parameter(description = "the next of the page before") @QueryParam("after") @Nullable String after) {
        OriginState wantedState = word("state", state, OriginState.class);
        Admission wantedAdmission = word("admission", admission, Admission.class);
        List<Origin> wanted = Stream.concat(registry.all().stream(), registry.pending().stream())
                .sorted(Comparator.comparing(Origin::id))
                .filter(origin -> wantedState == null || believed(origin) == wantedState)
                .filter(origin -> wantedAdmission == null || origin.admission() == wantedAdmission)
                .filter(origin -> labels.stream().allMatch(label -> carries(origin, label)))
                .toList();
        Page<Origin> page = Page.of(
                wanted, after, number("limit", limit), origin -> origin.id().value());
        return new Page<>(
                page.items().stream().map(this::view).flatMap(Optional::stream).toList(), page.next());
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Shows one origin")
    @APIResponse(
            responseCode = "200",
            description = "The origin",
            content = @Content(schema = @Schema(implementation = OriginView.class)))
    @APIResponse(responseCode = "404", description = "There is no such origin")
    public OriginView get(@PathParam("id") String id) {
        return required(originId(id));
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    @Audited("origin.add")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary =
                    "Adds an origin that does not register by itself; it is probed, by an RTMP handshake where it has RTMP")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = OriginWanted.class),
                            examples =
                                    @ExampleObject(
                                            name = "nginx with its RTMP module",
                                            value =
                                                    "{\"server\":\"nginx-a\",\"ip\":\"10.0.0.8\",\"kind\":\"nginx-rtmp\","
                                                            + "\"endpoints\":{\"rtmp\":[\"1935\"],\"http\":[\"8080\"]},"
                                                            + "\"zone\":\"a\",\"labels\":{\"disk\":\"fast\"},\"weight\":100}")))
    @APIResponse(
            responseCode = "201",
            description = "The origin, which is probed",
            content = @Content(schema = @Schema(implementation = OriginView.class)))
    @APIResponse(responseCode = "409", description = "An origin with this server, ip and port exists already")
    public Response add(byte[] body) {
        Mistakes mistakes = new Mistakes();
        StaticOrigin origin = StaticOriginBody.read(JsonBody.parse(body), mistakes);
        mistakes.refuse();
        audit.target("origins/" + origin.id());
        changed(admin.add(origin, caller.actor()));
        return Response.created(URI.create("/api/v1/origins/" + origin.id()))
                .entity(required(origin.id()))
                .build();
    }

    @PATCH
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Audited("origin.change")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            summary =
                    "Sets admission, weight or labels over what the origin says; null lets the origin's own word count")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = OriginChange.class),
                            examples = {
                                @ExampleObject(name = "cordon", value = "{\"admission\":\"cordoned\"}"),
                                @ExampleObject(
                                        name = "weight and labels",
                                        value = "{\"weight\":50,\"labels\":{\"disk\":\"slow\"}}"),
                                @ExampleObject(name = "take back", value = "{\"weight\":null}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "The origin",
            content = @Content(schema = @Schema(implementation = OriginView.class)))
    @APIResponse(responseCode = "404", description = "There is no such origin")
    public OriginView change(@PathParam("id") String id, byte[] body) {
        JsonBody patch = JsonBody.parse(body);
        if (!patch.has("admission") && !patch.has("weight") && !patch.has("labels")) {
            throw new InvalidFieldException("body", "nothing to change; allowed are admission, weight and labels");
        }
        Admission admission = patch.word("admission", Admission.class).orElse(null);
        if (admission == Admission.PENDING) {
            throw new InvalidFieldException(
                    "admission", "admission is 'pending'; allowed are open, cordoned, draining and null");
        }
        Integer weight = patch.wholeNumber("weight", 0, Origin.MAX_WEIGHT).orElse(null);
        var labels = patch.labels("labels").orElse(null);
        OriginId origin = originId(id);
        changed(admin.override(
                origin,
                before -> new OriginOverride(
                        patch.has("admission") ? admission : before.admission(),
                        patch.has("weight") ? weight : before.weight(),
                        patch.has("labels") ? labels : before.labels()),
                caller.actor()));
        return required(origin);
    }

    @POST
    @Path("/{id}/approve")
    @RolesAllowed(Roles.OPERATOR)
    @Audited("origin.approve")
    @Operation(
            summary = "Lets an origin that waits for approval take streams",
            description = "The same as setting its admission to open. An origin whose admission is set stays as it is.")
    @APIResponse(
            responseCode = "200",
            description = "The origin",
            content = @Content(schema = @Schema(implementation = OriginView.class)))
    @APIResponse(responseCode = "404", description = "There is no such origin")
    public OriginView approve(@PathParam("id") String id) {
        OriginId origin = originId(id);
        changed(admin.override(
                origin,
                before -> before.admission() != null
                        ? before
                        : new OriginOverride(Admission.OPEN, before.weight(), before.labels()),
                caller.actor()));
        return required(origin);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.ADMIN)
    @Audited("origin.remove")
    @Operation(summary = "Takes out an origin that was added by hand, or one that is down")
    @APIResponse(responseCode = "204", description = "It is removed")
    @APIResponse(responseCode = "404", description = "There is no such origin")
    @APIResponse(responseCode = "409", description = "It is up and would register again")
    public void delete(@PathParam("id") String id) {
        changed(admin.delete(originId(id), caller.actor()));
    }

    private void changed(ConfigUpdate update) {
        audit.changed(update.before(), update.after().value());
    }

    /** Not what the routing table makes of it while it keeps origins that look dead. */
    private OriginState believed(Origin origin) {
        return registry.known(origin.id()).map(KnownOrigin::state).orElse(origin.state());
    }

    private OriginView required(OriginId id) {
        return registry.find(id)
                .or(() -> registry.pending().stream()
                        .filter(origin -> origin.id().equals(id))
                        .findFirst())
                .flatMap(this::view)
                .orElseThrow(() -> noSuch(id.value()));
    }

    private Optional<OriginView> view(Origin origin) {
        // Removed meanwhile: then it is not there, also for this request.
        return registry.known(origin.id()).map(known -> OriginView.of(origin, known, registry.load(origin.id())));
    }

    private static OriginId originId(String id) {
        try {
            return new OriginId(id);
        } catch (IllegalArgumentException e) {
            throw noSuch(id.substring(0, Math.min(id.length(), 64)) + "...");
        }
    }

    private static NoSuchItemException noSuch(String id) {
        return new NoSuchItemException("there is no origin " + id);
    }

    private static boolean carries(Origin origin, String label) {
        int equals = label.indexOf('=');
        if (equals < 1) {
            throw new InvalidFieldException("label", "label is '" + label + "'; it must be name=value");
        }
        return label.substring(equals + 1).equals(origin.labels().get(label.substring(0, equals)));
    }

    private static @Nullable Integer number(String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new InvalidFieldException(field, field + " is '" + text + "'; it must be a whole number");
        }
    }

    private static <E extends Enum<E>> @Nullable E word(String field, @Nullable String text, Class<E> type) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidFieldException(
                        field,
                        field + " is '" + text + "'; allowed are "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }
}
