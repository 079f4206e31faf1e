package io.millrace.control.srs.poll;

import io.millrace.control.settings.SettingText;
import java.time.Duration;

/** @param interval between two polls of an origin, give or take a tenth */
record PollSettings(Duration interval) {

    static PollSettings of(String interval) {
        return new PollSettings(SettingText.duration(
                "millrace.origin-poll-interval", interval, Duration.ofSeconds(1), Duration.ofHours(1)));
    }
}
