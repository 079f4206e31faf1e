package io.millrace.control.srs.hooks;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.registry.registration.Sender;
import io.millrace.control.srs.sender.OriginSenders;
import io.millrace.control.srs.sender.SenderRefusedException;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** SRS's callbacks. An SRS turns a client away unless the answer is code 0, so whatever can be read gets that answer. */
@Path("/api/v1/hooks/srs")
@Tag(name = "registration")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public class HooksResource {

    private static final Logger LOG = Logger.getLogger(HooksResource.class);
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;

    /** Made when the settings have been checked. */
    private final Instance<OriginSenders> senders;

    private final Hooks hooks;
    private final MeterRegistry metrics;

    HooksResource(Instance<OriginSenders> senders, Hooks hooks, MeterRegistry metrics) {
        this.senders = senders;
        this.hooks = hooks;
        this.metrics = metrics;
    }

    // SRS sends no content type or a wrong one, depending on its version.
    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "An origin tells that a client has come or gone",
            description =
                    "For http_hooks of SRS: one URL for all of them, or a sub path of it for each; the action counts.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = HookBody.class),
                            examples =
                                    @ExampleObject(
                                            name = "publish",
                                            value = "{\"server_id\":\"vid-1x2\",\"service_id\":\"s-77\","
                                                    + "\"action\":\"on_publish\",\"client_id\":\"7c9c9068\","
                                                    + "\"ip\":\"203.0.113.7\",\"vhost\":\"__defaultVhost__\","
                                                    + "\"app\":\"live\",\"stream\":\"cam\",\"param\":\"\"}")))
    @APIResponse(
            responseCode = "200",
            description = "Also for origins and actions that are not known",
            content =
                    @Content(
                            schema = @Schema(implementation = Answer.class),
                            examples = @ExampleObject(name = "ok", value = "{\"code\":0}")))
    @APIResponse(
            responseCode = "400",
            description = "The body makes no sense; field names what is wrong",
            content =
                    @Content(
                            schema = @Schema(implementation = Answer.class),
                            examples =
                                    @ExampleObject(
                                            name = "refused",
                                            value =
                                                    "{\"code\":400,\"field\":\"stream\",\"message\":\"stream is missing\"}")))
    @APIResponse(responseCode = "401", description = "MILLRACE_HOOKS_TOKEN is set, and token is not it")
    @APIResponse(
            responseCode = "403",
            description =
                    "The sender is in no network of MILLRACE_REGISTRATION_NETWORKS, or its credential is of other servers")
    public Response take(
            byte[] body,
            @QueryParam("token")
                    @Parameter(description = "the value of MILLRACE_HOOKS_TOKEN, if that is set, or a credential")
                    @Nullable
                    String token,
            @Context HttpServerRequest request) {
        return take(body, request, null);
    }

    @POST
    @Path("/{any}")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Response takeBelow(byte[] body, @PathParam("any") String any, @Context HttpServerRequest request) {
        return take(body, request, any);
    }

    private Response take(byte[] body, HttpServerRequest request, @Nullable String segment) {
        try {
            Sender sender = senders.get().hook(request, segment);
            Hook hook = Hook.read(JsonBody.parse(body));
            if (!sender.scope().includes(hook.server())) {
                count("not-its-credential");
                return refuse(FORBIDDEN, "server_id", "the credential is of other servers");
            }
            Hooks.Outcome outcome = hooks.take(hook, sender.address());
            count(outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            return Response.ok(new Answer(0, null, null)).build();
        } catch (SenderRefusedException e) {
            return refuse(e.reason().status(), e.reason().field(), e.reason().message());
        } catch (InvalidFieldException e) {
            count("malformed");
            return refuse(BAD_REQUEST, e.field(), String.valueOf(e.getMessage()));
        }
    }

    private void count(String outcome) {
        metrics.counter("millrace.hooks", "outcome", outcome).increment();
    }

    private static Response refuse(int status, String field, String message) {
        LOG.debugf("hook refused: field=%s %s", field, message);
        return Response.status(status)
                .entity(new Answer(status, field, message))
                .build();
    }

    /** SRS reads the code; the rest is for people. */
    @Schema(name = "HookAnswer")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Answer(
            int code, @Nullable String field, @Nullable String message) {}
}
