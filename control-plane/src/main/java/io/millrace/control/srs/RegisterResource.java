package io.millrace.control.srs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.control.registry.registration.RegistrationRefusedException;
import io.millrace.control.registry.registration.Registrations;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Registration: SRS's heartbeat, byte for byte. */
@Path("/api/v1/srs/register")
@Tag(name = "registration")
@Blocking
@PermitAll
public class RegisterResource {

    private static final Logger LOG = Logger.getLogger(RegisterResource.class);
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY = 429;
    private static final String PID = Long.toString(ProcessHandle.current().pid());

    private static final String RETRY_SECONDS = "1";

    private final Registrations registrations;

    /** Made when the settings have been checked. */
    private final Instance<OriginSenders> senders;

    RegisterResource(Registrations registrations, Instance<OriginSenders> senders) {
        this.registrations = registrations;
        this.senders = senders;
    }

    // SRS sends no content type or a wrong one, depending on its version.
    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "An origin registers or says that it is still there")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = HeartbeatBody.class),
                            examples =
                                    @ExampleObject(
                                            name = "heartbeat",
                                            value =
                                                    "{\"ip\":\"10.0.0.7\",\"server\":\"vid-1x2\",\"service\":\"s-77\",\"pid\":\"4711\","
                                                            + "\"rtmp\":[\"1935\"],\"http\":[\"8080\"],\"api\":[\"1985\"],"
                                                            + "\"srt\":[\"udp://0.0.0.0:10080\"],\"rtc\":[\"udp://0.0.0.0:8000\"],"
                                                            + "\"zone\":\"a\",\"labels\":{\"disk\":\"fast\"},\"weight\":100}")))
    @APIResponse(
            responseCode = "200",
            description = "It is registered; pid is the run of this control plane",
            content =
                    @Content(
                            schema = @Schema(implementation = Answer.class),
                            examples = @ExampleObject(name = "ok", value = "{\"code\":0,\"pid\":\"17\"}")))
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
                                                    "{\"code\":400,\"field\":\"ip\",\"message\":\"ip is missing; it must be a non-empty text\"}")))
    @APIResponse(
            responseCode = "401",
            description = "PROXY_HTTP_API_AUTH_ENABLED is on, and the bearer token is missing or wrong",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class)))
    @APIResponse(responseCode = "403", description = "The sender is in no network of MILLRACE_REGISTRATION_NETWORKS")
    @APIResponse(responseCode = "429", description = "This address registers too often")
    @APIResponse(responseCode = "503", description = "Too many origins have registered")
    public Response register(byte[] body, @Context HttpServerRequest request) {
        return register(body, request, null);
    }

    @POST
    @Path("/{credential}")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "The same, for an origin that sends no header",
            description = "The credential is one of /api/v1/origin-credentials.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = HeartbeatBody.class)))
    @APIResponse(
            responseCode = "200",
            description = "It is registered; pid is the run of this control plane",
            content =
                    @Content(
                            schema = @Schema(implementation = Answer.class),
                            examples = @ExampleObject(name = "ok", value = "{\"code\":0,\"pid\":\"17\"}")))
    @APIResponse(
            responseCode = "401",
            description = "The credential is unknown, has expired, was revoked or is not for this sender",
            content = @Content(mediaType = MediaType.TEXT_PLAIN, schema = @Schema(implementation = String.class)))
    @APIResponse(responseCode = "400", description = "The body makes no sense; field names what is wrong")
    @APIResponse(responseCode = "429", description = "This address registers too often")
    @APIResponse(responseCode = "503", description = "Too many origins have registered")
    @APIResponse(responseCode = "403", description = "The credential is of other servers")
    public Response registerWithCredential(
            byte[] body, @PathParam("credential") String credential, @Context HttpServerRequest request) {
        return register(body, request, credential);
    }

    private Response register(byte[] body, HttpServerRequest request, @Nullable String credential) {
        try {
            Sender sender = senders.get().registration(request, credential);
            registrations.admit(sender.address());
            return taken(body, sender);
        } catch (SenderRefusedException e) {
            return e.reason() == SenderRefusedException.Reason.UNAUTHORIZED
                    ? unauthorized()
                    : refuse(e.reason().status(), e.reason().field(), e.reason().message());
        } catch (RegistrationRefusedException e) {
            return refuse(e.reason().status(), e.reason().field(), String.valueOf(e.getMessage()));
        }
    }

    private Response taken(byte[] body, Sender sender) {
        try {
            registrations.take(Heartbeat.read(JsonBody.parse(body)), sender);
            return Response.ok(new Answer(0, PID, null, null)).build();
        } catch (InvalidFieldException e) {
            return refuse(BAD_REQUEST, e.field(), String.valueOf(e.getMessage()));
        }
    }

    private static Response refuse(int status, String field, String message) {
        LOG.debugf("registration refused: field=%s %s", field, message);
        Response.ResponseBuilder answer = Response.status(status).entity(new Answer(status, null, field, message));
        return (status == TOO_MANY ? answer.header("Retry-After", RETRY_SECONDS) : answer).build();
    }

    /** As SRS's proxy answers. */
    private static Response unauthorized() {
        return Response.status(Response.Status.UNAUTHORIZED)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .header("X-Content-Type-Options", "nosniff")
                .type("text/plain; charset=utf-8")
                .entity("Unauthorized\n")
                .build();
    }

    /** SRS reads the code; the rest is for people. */
    @Schema(name = "RegistrationAnswer")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Answer(
            int code,
            @Nullable String pid,
            @Nullable String field,
            @Nullable String message) {}
}
