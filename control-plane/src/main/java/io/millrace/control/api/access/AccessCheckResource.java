package io.millrace.control.api.access;

import io.millrace.control.api.Mistakes;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.json.JsonBody;
import io.millrace.control.security.Roles;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import io.millrace.model.access.StreamAccess;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What a client would have to show for a stream. */
@Path("/api/v1/access/check")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "stream access")
@RolesAllowed(Roles.VIEWER)
public final class AccessCheckResource {

    private final ConfigRepository config;
    private final AuditTrail audit;

    @Inject
    public AccessCheckResource(ConfigRepository config, AuditTrail audit) {
        this.config = config;
        this.audit = audit;
    }

    /** The stream in question. */
    @Schema(name = "AccessQuestion")
    record Question(
            @Schema(description = "__defaultVhost__ if left out") @Nullable
            String vhost,

            @Schema(examples = "live") String app,
            @Schema(examples = "cam1") String stream,

            @Schema(description = "publish or play", examples = "play")
            String intent) {}

    /** @param wants without secrets */
    @Schema(name = "AccessAnswer")
    public record Answer(
            @Schema(examples = "__defaultVhost__/live/cam1") StreamKey stream,
            Intent intent,

            @Schema(
                    description = "The first rule that matches the stream; absent where none does",
                    examples = "cameras")
            @Nullable
            String rule,

            AccessCheck wants) {}

    @POST
    @Audited("access.check")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Show which rule of access applies to a stream, and what it wants",
            description = "Changes nothing, asks no service, and is not in the audit.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            schema = @Schema(implementation = Question.class),
                            examples =
                                    @ExampleObject(
                                            name = "example",
                                            value = "{\"app\": \"live\", \"stream\": \"cam1\", \"intent\": \"play\"}")))
    @APIResponse(
            responseCode = "200",
            description = "What applies now",
            content = @Content(schema = @Schema(implementation = Answer.class)))
    public Answer check(byte[] body) {
        audit.leaveOut();
        JsonBody sent = JsonBody.parse(body);
        Mistakes mistakes = new Mistakes();
        mistakes.onlyFields("", sent.whole(), Set.of("vhost", "app", "stream", "intent"));
        StreamNamed asked = StreamNamed.read(sent, mistakes);
        mistakes.refuse();
        List<AccessRule> rules = config.current().accessRules();
        Optional<String> rule = rules.stream()
                .filter(one -> one.matches(asked.stream()))
                .findFirst()
                .map(AccessRule::name);
        return new Answer(
                asked.stream(),
                asked.intent(),
                rule.orElse(null),
                new StreamAccess(rules, List.of()).check(asked.stream(), asked.intent()));
    }
}
