package io.millrace.control.registry.liveness;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.settings.SettingText;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/**
 * How long the registry waits for what.
 *
 * @param suspectAfter silence after which an origin gets no new streams while there are others; longer for one that registers more seldom
 * @param timeToLive silence after which it is down at the latest, if no probe was answered
 * @param forgetAfter time for which an origin that is down stays in the list
 * @param refusalHold for how long an origin that workers could not reach has to answer before it is used again; what fails again and
 *     again has to answer for longer
 * @param probeInterval between two probes of an origin of which it is not certain that it lives
 * @param probeTimeout for one probe, from connecting to the end of the handshake
 */
public record RegistrySettings(
        Duration suspectAfter,
        Duration timeToLive,
        Duration forgetAfter,
        Duration refusalHold,
        Duration probeInterval,
        Duration probeTimeout) {

    private static final String PREFIX = "millrace.registry";
    private static final String SRS_PREFIX = "proxy.origin.server";
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(24);

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

    /** SRS proxy's own variable, PROXY_ORIGIN_SERVER_TTL. */
    @ConfigMapping(prefix = SRS_PREFIX)
    public interface OfSrsProxy {
        Optional<String> ttl();
    }

    /** SRS proxy's variable counts where it is set. It knows nothing of the other time, which then is no longer than it. */
    public static RegistrySettings of(Text text, OfSrsProxy ofSrsProxy) {
        RegistrySettings own = of(text);
        return ofSrsProxy
                .ttl()
                .filter(ttl -> !ttl.isBlank())
                .map(ttl -> own.withTimeToLive(SettingText.duration(SRS_PREFIX + ".ttl", ttl, SHORTEST, LONGEST)))
                .orElse(own);
    }

    private RegistrySettings withTimeToLive(Duration next) {
        Duration suspect = suspectAfter.compareTo(next) < 0 ? suspectAfter : next;
        return new RegistrySettings(suspect, next, forgetAfter, refusalHold, probeInterval, probeTimeout);
    }

    private static RegistrySettings of(Text text) {
        RegistrySettings settings = new RegistrySettings(
                duration("suspect-after", text.suspectAfter(), SHORTEST, LONGEST),
                duration("time-to-live", text.timeToLive(), SHORTEST, LONGEST),
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
