package io.millrace.control.registry.registration;

import io.millrace.control.settings.Networks;
import io.millrace.control.settings.SettingText;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * What may register, and how much of it. Origins that operators add are not meant.
 *
 * @param endpointNetworks where endpoints may lie whose host is another than the registration's ip
 * @param maxOrigins that are known because they registered
 * @param perSecond registrations of one address, in the long run
 * @param burst registrations of one address at once
 */
public record RegistrationSettings(Networks endpointNetworks, int maxOrigins, int perSecond, int burst) {

    private static final String PREFIX = "millrace.registration";
    static final String ENDPOINT_NETWORKS = PREFIX + ".endpoint-networks";
    static final String PER_SECOND = PREFIX + ".per-second";
    static final String MAX_ORIGINS = PREFIX + ".max-origins";

    /** The same as text, as it stands in the configuration. */
    @ConfigMapping(prefix = PREFIX)
    public interface Text {
        @WithDefault("none")
        String endpointNetworks();

        @WithDefault("1000")
        String maxOrigins();

        // As many origins as there may be, all behind one address, each with a beat every 10 s.
        @WithDefault("100")
        String perSecond();

        @WithDefault("1000")
        String burst();
    }

    public static RegistrationSettings of(Text text) {
        return new RegistrationSettings(
                Networks.of(ENDPOINT_NETWORKS, text.endpointNetworks()),
                SettingText.number(MAX_ORIGINS, text.maxOrigins(), 1, 100_000),
                SettingText.number(PER_SECOND, text.perSecond(), 1, 1_000_000),
                SettingText.number(PREFIX + ".burst", text.burst(), 1, 1_000_000));
    }
}
