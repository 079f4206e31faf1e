package io.millrace.control.api.bans;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.control.bans.BanEntry;
import io.millrace.model.access.Ban;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A ban as operators see it. */
@Schema(name = "Ban")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BanView(
        @Schema(examples = "b-1f2e3d4c5b6a") String id,

        @Schema(description = "An address or a network; absent for any client", examples = "203.0.113.0/24") @Nullable
        String network,

        @Schema(description = "Pattern", examples = "*") String vhost,
        @Schema(description = "Pattern", examples = "live") String app,
        @Schema(description = "Pattern", examples = "*") String stream,

        @Schema(
                description =
                        "Whom the credential of a client names, as sub of a token or subject of a signed URL; absent for any client",
                examples = "ann@example.com")
        @Nullable
        String subject,

        @Schema(description = "publish, play or both", examples = "both")
        String intent,

        @Schema(examples = "copies the match on channel 4") String reason,

        @Schema(description = "Who made it", examples = "operator")
        String madeBy,

        Instant madeAt,

        @Schema(description = "When it ends by itself; absent for never") @Nullable
        Instant expiresAt) {

    static final String BOTH = "both";

    static BanView of(BanEntry entry) {
        Ban ban = entry.ban();
        return new BanView(
                ban.id(),
                ban.network() == null ? null : ban.network().toString(),
                ban.vhost(),
                ban.app(),
                ban.stream(),
                ban.subject(),
                ban.intent() == null ? BOTH : ban.intent().word(),
                entry.reason(),
                entry.madeBy(),
                entry.madeAt(),
                entry.expiresAt());
    }

    /** For the log and the events, which are read by people who may not see who clients are. */
    static String summary(BanEntry entry) {
        BanView view = of(entry);
        String who = view.network() == null ? "any client" : "one network";
        return (view.subject() == null ? who : who + " of one subject") + " streams=" + view.vhost() + "/" + view.app()
                + "/" + view.stream() + " intent=" + view.intent() + " expiresAt="
                + (view.expiresAt() == null ? "never" : view.expiresAt()) + " reason=\"" + view.reason() + "\"";
    }
}
