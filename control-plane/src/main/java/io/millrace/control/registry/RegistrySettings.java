package io.millrace.control.registry;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.settings.SettingText;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How long the registry waits for what.
 *
 * @param suspectAfter silence after which an origin gets no new streams while there are others
 * @param timeToLive silence after which it is down
 * @param forgetAfter time for which an origin that is down stays in the list
 * @param refusalHold how long after a refused connection a beat proves nothing
 * @param probeInterval between two probes of an origin that does not beat
 * @param probeTimeout for one connection attempt
 */
public record RegistrySettings(
        Duration suspectAfter,
        Duration timeToLive,
        Duration forgetAfter,
        Duration refusalHold,
        Duration probeInterval,
        Duration probeTimeout) {

    private static final String PREFIX = "millrace.registry";

    /** The same as text, as it stands in the configuration. */
    @ConfigMapping(prefix = PREFIX)
    public interface Text {
        @WithDefault("15s")
        String suspectAfter();

        @WithDefault("30s")
        String timeToLive();

        @WithDefault("1h")
        String forgetAfter();

        @WithDefault("5s")
        String refusalHold();

        @WithDefault("3s")
        String probeInterval();

        @WithDefault("2s")
        String probeTimeout();
    }

    static RegistrySettings of(Text text) {
        RegistrySettings settings = new RegistrySettings(
                duration("suspect-after", text.suspectAfter(), Duration.ofMillis(10), Duration.ofHours(24)),
                duration("time-to-live", text.timeToLive(), Duration.ofMillis(10), Duration.ofHours(24)),
                duration("forget-after", text.forgetAfter(), Duration.ofSeconds(1), Duration.ofDays(365)),
                duration("refusal-hold", text.refusalHold(), Duration.ZERO, Duration.ofHours(1)),
                duration("probe-interval", text.probeInterval(), Duration.ofMillis(50), Duration.ofHours(1)),
                duration("probe-timeout", text.probeTimeout(), Duration.ofMillis(10), Duration.ofMinutes(1)));
        if (settings.timeToLive.compareTo(settings.suspectAfter) < 0) {
            throw new InvalidSettingException(
                    PREFIX + ".time-to-live",
                    text.timeToLive(),
                    "a duration of at least " + PREFIX + ".suspect-after, which is " + text.suspectAfter());
        }
        return settings;
    }

    private static Duration duration(String name, String text, Duration min, Duration max) {
        return SettingText.duration(PREFIX + "." + name, text, min, max);
    }
}
