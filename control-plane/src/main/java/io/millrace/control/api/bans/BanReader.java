package io.millrace.control.api.bans;

import io.millrace.control.api.Mistakes;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.model.Intent;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an operator wants banned or revoked; all that is wrong is told at once.
 *
 * @param ban without an id
 * @param duration null for good
 */
record BanReader(Ban ban, String reason, @Nullable Duration duration) {

    private static final int MAX_SECONDS = 10 * 366 * 86_400;
    static final Set<String> FIELDS =
            Set.of("network", "vhost", "app", "stream", "subject", "intent", "reason", "seconds");

    static BanReader read(JsonBody body) {
        return read(body, null, FIELDS);
    }

    /**
     * @param usual how long it lasts where the body does not say; null for good
     * @param allowed a body with other fields is refused; only one that may not say whom to ban may leave that out
     */
    static BanReader read(JsonBody body, @Nullable Duration usual, Set<String> allowed) {
        Mistakes mistakes = new Mistakes();
        mistakes.onlyFields("", body.whole(), allowed);
        Ban ban = new Ban(
                "",
                mistakes.read(Optional.<Network>empty(), () -> network(body)).orElse(null),
                mistakes.read("*", () -> pattern(body, "vhost")),
                mistakes.read("*", () -> pattern(body, "app")),
                mistakes.read("*", () -> pattern(body, "stream")),
                mistakes.read(Optional.<String>empty(), () -> subject(body)).orElse(null),
                mistakes.read(Optional.<Intent>empty(), () -> intent(body)).orElse(null));
        String reason = mistakes.read("", () -> body.optionalText("reason").orElse(""));
        Optional<Integer> seconds = mistakes.read(Optional.empty(), () -> body.wholeNumber("seconds", 1, MAX_SECONDS));
        if (mistakes.count() == 0 && allowed.equals(FIELDS) && ban.coversEverybody()) {
            mistakes.add(
                    "body",
                    "this would ban everybody from everything; name a network, a subject, or a pattern of vhost, app or stream");
        }
        mistakes.refuse();
        return new BanReader(ban, reason, seconds.map(Duration::ofSeconds).orElse(usual));
    }

    private static Optional<Network> network(JsonBody body) {
        String text = body.optionalText("network").orElse("");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Network.parse(text));
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("network", "network: " + e.getMessage());
        }
    }

    private static String pattern(JsonBody body, String field) {
        String pattern = body.optionalText(field).orElse("*");
        if (pattern.isEmpty()) {
            throw new InvalidFieldException(field, field + " is empty and would match nothing; * matches everything");
        }
        return pattern;
    }

    private static Optional<String> subject(JsonBody body) {
        return body.has("subject") && !body.isNull("subject") ? Optional.of(body.text("subject")) : Optional.empty();
    }

    private static Optional<Intent> intent(JsonBody body) {
        String word = body.optionalText("intent").orElse(BanView.BOTH);
        if (word.equals(BanView.BOTH)) {
            return Optional.empty();
        }
        Intent named = Arrays.stream(Intent.values())
                .filter(intent -> intent.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidFieldException(
                        "intent", "intent is '" + word + "'; allowed are publish, play, " + BanView.BOTH));
        return Optional.of(named);
    }
}
