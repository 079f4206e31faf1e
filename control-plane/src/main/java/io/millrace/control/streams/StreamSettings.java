package io.millrace.control.streams;

import io.millrace.control.settings.InvalidSettingException;
import java.time.Duration;

/**
 * Settings of the stream directory.
 *
 * @param bindingLinger how long a binding outlives its last reported session, and how long a new one waits for its first
 * @param decisionsKept how many placement decisions are remembered
 * @param drainPerSecond how many streams a second are moved off draining origins
 */
public record StreamSettings(Duration bindingLinger, int decisionsKept, int drainPerSecond) {

    private static final Duration SHORTEST_LINGER = Duration.ofSeconds(1);
    private static final Duration LONGEST_LINGER = Duration.ofDays(7);

    // After the limits: they are checked when it is made.
    public static final StreamSettings DEFAULT = new StreamSettings(Duration.ofSeconds(60), 10_000, 5);

    public StreamSettings {
        if (bindingLinger.compareTo(SHORTEST_LINGER) < 0 || bindingLinger.compareTo(LONGEST_LINGER) > 0) {
            throw new InvalidSettingException(
                    "millrace.streams.binding-linger", String.valueOf(bindingLinger), "1s to 7d");
        }
        if (decisionsKept < 1 || decisionsKept > 1_000_000) {
            throw new InvalidSettingException(
                    "millrace.streams.decisions-kept", String.valueOf(decisionsKept), "1 to 1000000");
        }
        if (drainPerSecond < 1 || drainPerSecond > 10_000) {
            throw new InvalidSettingException(
                    "millrace.streams.drain-per-second", String.valueOf(drainPerSecond), "1 to 10000");
        }
    }
}
