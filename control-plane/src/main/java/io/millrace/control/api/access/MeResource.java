package io.millrace.control.api.access;

import io.millrace.control.security.Caller;
import io.millrace.control.security.CurrentCaller;
import io.millrace.control.security.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who one is. */
@Path("/api/v1/me")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
@RolesAllowed({Roles.VIEWER, Roles.EXPORTER})
public class MeResource {

    private final CurrentCaller caller;
    private final SecurityIdentity identity;

    @Inject
    public MeResource(CurrentCaller caller, SecurityIdentity identity) {
        this.caller = caller;
        this.identity = identity;
    }

    /** @param roles all that the caller has, the lesser ones among them */
    public record Me(
            @Schema(examples = "deploy-script") String name,
            @Schema(examples = "token 5f2b0c117a90") String credential,
            @Schema(examples = "[\"operator\", \"viewer\"]") List<String> roles) {}

    @GET
    @Operation(summary = "Show who makes this request, and what it may do")
    public Me me() {
        Caller now = caller.get();
        return new Me(
                now.name(),
                now.credential(),
                identity.getRoles().stream().sorted().toList());
    }
}
