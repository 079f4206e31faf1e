package io.millrace.control.srs.origin;

import io.millrace.control.settings.SettingText;
import java.time.Duration;

/**
 * How long origins are waited for.
 *
 * @param deadline for all that one question to the cluster, or one poll, asks of an origin
 */
public record SrsApiSettings(Duration deadline) {

    static SrsApiSettings of(String deadline) {
        return new SrsApiSettings(SettingText.duration(
                "millrace.srs-api.deadline", deadline, Duration.ofMillis(100), Duration.ofMinutes(1)));
    }
}
