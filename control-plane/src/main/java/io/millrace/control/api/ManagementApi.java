package io.millrace.control.api;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The head of the API document at {@code /q/openapi}. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Millrace management API",
                        version = "v1",
                        description = "Shows and manages origins, streams, workers and placement. Errors are problem"
                                + " documents (RFC 9457) that name the field. Listings answer {items, next}: send next"
                                + " as the cursor (after; before for events) to get what follows.",
                        license = @License(name = "Apache-2.0")),
        tags = {
            @Tag(name = "origins", description = "Media servers: registered by themselves or added by hand"),
            @Tag(name = "streams", description = "Which stream lives on which origin, and why"),
            @Tag(name = "placement", description = "Rules that decide where new streams go"),
            @Tag(name = "configuration", description = "All that operators configured, as one document with a history"),
            @Tag(name = "workers", description = "Data-plane processes: what they run, carry and applied"),
            @Tag(name = "sessions", description = "Client connections on all workers"),
            @Tag(name = "routing table", description = "The versioned picture that workers pull"),
            @Tag(name = "stream access", description = "What clients must show before they publish or play"),
            @Tag(name = "access", description = "Who may do what"),
            @Tag(name = "audit", description = "Who changed what, and who was refused"),
            @Tag(name = "events", description = "What happened, as a listing and as a live feed")
        })
@SecurityScheme(
        securitySchemeName = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description =
                "An API token. On this machine nothing is needed where MILLRACE_LOGIN is open. The names beside an operation are roles"
                        + " that may call it: viewer, operator (a viewer too), admin (an operator too), exporter.")
public class ManagementApi extends Application {}
