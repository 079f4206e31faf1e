package io.millrace.control.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What every refused request is answered with (RFC 9457).
 *
 * @param type {@code about:blank}: the status says what kind of problem it is (section 4.2.1)
 * @param code the kind of refusal in one word, for programs; the status in words where that says it all
 * @param field the part of the request that is wrong, if it is one part
 * @param errors everything that is wrong, where more than one thing may be
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        @Schema(examples = "about:blank") String type,
        @Schema(examples = "Bad Request") String title,
        @Schema(examples = "400") int status,

        @Schema(examples = "weight is -1; allowed are 0 to 10000")
        String detail,

        @Schema(examples = "body-too-large") String code,

        @Schema(examples = "weight") @Nullable String field,

        @Schema(description = "All that is wrong; absent where only one thing was looked at") @Nullable
        List<Mistake> errors) {

    /** One of several things that are wrong. */
    @Schema(name = "Mistake")
    public record Mistake(
            @Schema(examples = "rules[2].policy") String field,

            @Schema(examples = "rules[2].policy is 'best'; allowed are least-load, rendezvous, round-robin, random")
            String detail) {}

    public static final String MEDIA_TYPE = "application/problem+json";

    public static Problem of(Response.StatusType status, String detail) {
        String title = status.getReasonPhrase();
        String code = title.toLowerCase(Locale.ROOT).replace(' ', '-');
        return new Problem("about:blank", title, status.getStatusCode(), detail, code, null, null);
    }

    public Problem atField(@Nullable String name) {
        return new Problem(type, title, status, detail, code, name, errors);
    }

    public Problem with(List<Mistake> all) {
        return new Problem(type, title, status, detail, code, field, List.copyOf(all));
    }

    public Problem withCode(String word) {
        return new Problem(type, title, status, detail, word, field, errors);
    }

    public Response toResponse() {
        return Response.status(status).type(MEDIA_TYPE).entity(this).build();
    }
}
