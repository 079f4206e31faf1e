package io.millrace.control.api.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Page;
import io.millrace.control.api.Parameters;
import io.millrace.control.audit.AuditEntry;
import io.millrace.control.audit.AuditEntry.Result;
import io.millrace.control.audit.AuditLog;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.security.Roles;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who changed what, and who was refused. */
@Path("/api/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "audit")
@Blocking
public final class AuditResource {

    private final AuditLog log;

    @Inject
    public AuditResource(AuditLog log) {
        this.log = log;
    }

    /** An entry as administrators see it. */
    @Schema(name = "AuditEntry")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EntryView(
            String id,
            Instant at,

            @Schema(description = "Who did it or wanted to; unknown where nothing valid was shown", examples = "anna")
            String actor,

            @Schema(
                    description = "By what the actor is known; none where nothing valid was shown",
                    examples = "session")
            String credential,

            @Schema(examples = "192.0.2.7") String address,

            @Schema(
                    description = "What was attempted; the HTTP method where the request reached no operation",
                    examples = "stream.move")
            String operation,

            @Schema(examples = "streams/__defaultVhost__/live/show/move")
            String target,

            @Schema(
                    implementation = Object.class,
                    description = "What was there, as far as it differs; no secrets, and a text where it is too long")
            @Nullable
            JsonNode before,

            @Schema(implementation = Object.class, description = "What is there now, as far as it differs") @Nullable
            JsonNode after,

            Result result,
            int status,

            @Schema(
                    description =
                            "Attempts of this caller since its entry before this one, which have no entry themselves")
            int repeated,

            @Schema(description = "The run of the control plane that was asked")
            String controlPlane) {

        private static EntryView of(AuditLog.Item item) {
            AuditEntry entry = item.entry();
            return new EntryView(
                    item.id(),
                    entry.at(),
                    entry.actor(),
                    entry.credential(),
                    entry.address(),
                    entry.operation(),
                    entry.target(),
                    entry.before(),
                    entry.after(),
                    entry.result(),
                    entry.status(),
                    entry.repeated(),
                    entry.controlPlane());
        }
    }

    /** What is wanted of the audit. */
    public static final class Filter {

        @Parameter(description = "Only this actor", example = "anna")
        @QueryParam("actor")
        @Nullable
        String actor;

        @Parameter(description = "Only this operation", example = "stream.move")
        @QueryParam("operation")
        @Nullable
        String operation;

        @Parameter(description = "Only targets that contain this text", example = "live/show")
        @QueryParam("target")
        @Nullable
        String target;

        @Parameter(description = "done, refused, invalid or failed", example = "refused")
        @QueryParam("result")
        @Nullable
        String result;

        @Parameter(description = "Only from this moment on", example = "2026-01-31T08:00:00Z")
        @QueryParam("since")
        @Nullable
        String since;

        @Parameter(description = "Only before this moment", example = "2026-01-31T09:00:00Z")
        @QueryParam("until")
        @Nullable
        String until;

        private Predicate<AuditEntry> wanted() {
            Result wantedResult =
                    result == null ? null : Parameters.word("result", result, Result.values(), Result::word);
            Instant from = moment("since", since);
            Instant to = moment("until", until);
            return entry -> (actor == null || actor.equals(entry.actor()))
                    && (operation == null || operation.equals(entry.operation()))
                    && (target == null || entry.target().contains(target))
                    && (wantedResult == null || wantedResult == entry.result())
                    && (from == null || !entry.at().isBefore(from))
                    && (to == null || entry.at().isBefore(to));
        }

        private static @Nullable Instant moment(String field, @Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new InvalidFieldException(
                        field, field + " is '" + text + "'; allowed is a moment such as 2026-01-31T08:00:00Z");
            }
        }
    }

    @GET
    @RolesAllowed(Roles.ADMIN)
    @Operation(
            summary = "List who changed what",
            description =
                    "Newest first: every change that was made at any control plane, and attempts that were refused or made no"
                            + " sense. A bounded number of both is kept.")
    public Page<EntryView> list(
            @BeanParam Filter filter,
            @QueryParam("limit") @DefaultValue(Page.DEFAULT_LIMIT) String limit,
            @Parameter(description = "the next of the page before") @QueryParam("after") @Nullable String after) {
        int size = Page.limit(limit);
        return Page.of(log.newestFirst(after, filter.wanted(), size + 1), size, AuditLog.Item::id)
                .map(EntryView::of);
    }
}
