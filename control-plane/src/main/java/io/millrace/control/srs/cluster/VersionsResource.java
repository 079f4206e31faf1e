package io.millrace.control.srs.cluster;

import io.millrace.control.srs.cluster.Envelope.Answer;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What SRS's proxy answers on its system API, and what probes wait for: for everybody, like SRS's. */
@Path("/api/v1/versions")
@Blocking
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@PermitAll
public class VersionsResource {

    private final Versions versions;

    VersionsResource(Versions versions) {
        this.versions = versions;
    }

    @GET
    public Response get() {
        Answer answer = versions.get();
        return Response.status(answer.status()).entity(answer.json()).build();
    }

    /** Go's proxy takes any method. */
    @POST
    public Response post() {
        return get();
    }
}
