package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.audit.AuditTrail;
import io.millrace.control.audit.Audited;
import io.millrace.control.security.Caller;
import io.millrace.control.security.WorkersOnly;
import io.millrace.control.security.token.ApiToken;
import io.millrace.control.srs.cluster.Envelope.Answer;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SRS's HTTP API for the whole cluster; workers pass on what clients ask of their API port. */
@Path("/internal/v1/srs/api/v1")
@WorkersOnly
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@PermitAll
public class ClusterApiResource {

    private static final String TRUNCATED = "X-Millrace-Truncated";
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int FORBIDDEN = 403;
    private static final Set<String> APIS = Set.of("versions", "summaries", "vhosts", "streams", "clients");

    private final ClusterApi api;
    private final Versions versions;
    private final ClusterKick kick;
    private final Envelope envelope;
    private final PassedOn callers;
    private final AuditTrail audit;

    ClusterApiResource(
            ClusterApi api,
            Versions versions,
            ClusterKick kick,
            Envelope envelope,
            PassedOn callers,
            AuditTrail audit) {
        this.callers = callers;
        this.audit = audit;
        this.api = api;
        this.versions = versions;
        this.kick = kick;
        this.envelope = envelope;
    }

    @GET
    public Response index() {
        return respond(listing());
    }

    @GET
    @Path("/{rest:.*}")
    public Response get(
            @PathParam("rest") String rest,
            @QueryParam("start") @DefaultValue("") String start,
            @QueryParam("count") @DefaultValue("") String count,
            @HeaderParam(PassedOn.AUTHORIZATION) @Nullable String authorization) {
        if (authorization != null && callers.operator(authorization).isEmpty()) {
            return respond(Envelope.failed(FORBIDDEN, List.of()));
        }
        List<String> parts = parts(rest);
        String what = parts.isEmpty() ? "" : parts.getFirst();
        String id = parts.size() < 2 ? "" : String.join("/", parts.subList(1, parts.size()));
        return respond(
                switch (what) {
                    case "versions" -> versions.get();
                    case "summaries" -> api.summaries();
                    case "vhosts" -> id.isEmpty() ? api.vhosts() : api.vhost(id);
                    case "streams" -> id.isEmpty() ? api.streams(start, count) : api.stream(id);
                    case "clients" -> id.isEmpty() ? api.clients(start, count) : api.client(id);
                    case "" -> listing();
                    default -> Envelope.noSuchApi();
                });
    }

    @DELETE
    @Audited("client.kick")
    @Path("/{rest:.*}")
    public Response delete(
            @PathParam("rest") String rest,
            @HeaderParam("X-Forwarded-For") @Nullable String forwardedFor,
            @HeaderParam(PassedOn.AUTHORIZATION) @Nullable String authorization) {
        String address = PassedOn.client(forwardedFor);
        Optional<ApiToken> token = callers.operator(authorization);
        audit.by(token.map(known -> new Caller(known.name(), "token " + known.id(), address))
                .orElseGet(() -> new Caller("unknown", "none", address)));
        if (token.isEmpty()) {
            return respond(Envelope.failed(FORBIDDEN, List.of()));
        }
        List<String> parts = parts(rest);
        if (parts.isEmpty() || !parts.getFirst().equals("clients")) {
            return respond(refused(parts));
        }
        return respond(
                parts.size() == 2
                        ? kick.kick(parts.get(1), token.get().name())
                        : Envelope.code(Envelope.CLIENT_NOT_FOUND));
    }

    /** SRS's clients ask for versions in this way too. */
    @POST
    @Path("/{rest:.*}")
    @Consumes(MediaType.WILDCARD)
    public Response post(@PathParam("rest") String rest) {
        List<String> parts = parts(rest);
        return respond(parts.equals(List.of("versions")) ? versions.get() : refused(parts));
    }

    @PUT
    @Path("/{rest:.*}")
    @Consumes(MediaType.WILDCARD)
    public Response put(@PathParam("rest") String rest) {
        return respond(refused(parts(rest)));
    }

    @PATCH
    @Path("/{rest:.*}")
    @Consumes(MediaType.WILDCARD)
    public Response patch(@PathParam("rest") String rest) {
        return respond(refused(parts(rest)));
    }

    /** Why a method is not taken: there is no such API, or it only tells. */
    private static Answer refused(List<String> parts) {
        return !parts.isEmpty() && APIS.contains(parts.getFirst())
                ? Envelope.failed(METHOD_NOT_ALLOWED, List.of())
                : Envelope.noSuchApi();
    }

    private static List<String> parts(String rest) {
        return Arrays.stream(rest.split("/", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private Answer listing() {
        ObjectNode answer = envelope.open();
        answer.putObject("urls")
                .put("versions", "the lowest version of the origins")
                .put("summaries", "the summaries of all origins in one")
                .put("vhosts", "all vhosts, or vhosts/{id}")
                .put("streams", "streams?start=&count=, or streams/{id}")
                .put("clients", "clients?start=&count=, or clients/{id}; DELETE clients/{id} ends one");
        return Envelope.close(answer, List.of());
    }

    private static Response respond(Answer answer) {
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.json());
        return answer.isTruncated() ? response.header(TRUNCATED, true).build() : response.build();
    }
}
