package io.millrace.control.streams;

import io.millrace.control.settings.SettingText;
import java.time.Duration;

/**
 * Settings of the stream directory.
 *
 * @param bindingLinger how long a binding outlives its last reported session, and how long a new one waits for its first
 * @param decisionsKept how many placement decisions are remembered
 * @param drainPerSecond how many streams a second are moved off draining origins
 */
public record StreamSettings(Duration bindingLinger, int decisionsKept, int drainPerSecond) {

    public static final StreamSettings DEFAULT = new StreamSettings(Duration.ofSeconds(60), 10_000, 5);

    public static StreamSettings of(String bindingLinger, String decisionsKept, String drainPerSecond) {
        return new StreamSettings(
                SettingText.duration(
                        "millrace.streams.binding-linger", bindingLinger, Duration.ofSeconds(1), Duration.ofDays(7)),
                SettingText.number("millrace.streams.decisions-kept", decisionsKept, 1, 1_000_000),
                SettingText.number("millrace.streams.drain-per-second", drainPerSecond, 1, 10_000));
    }
}
