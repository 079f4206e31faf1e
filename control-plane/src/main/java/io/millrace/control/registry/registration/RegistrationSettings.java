package io.millrace.control.registry.registration;

import io.millrace.control.settings.SettingText;
import io.millrace.model.address.Networks;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/**
 * What may register, and how much of it. Origins that operators add are not meant.
 *
 * @param networks from which registrations and hooks are taken without a credential, and where origins may be that are not at their sender's address
 * @param endpointNetworks where endpoints may lie whose host is another than the registration's ip
 * @param approval whether a newcomer waits until an operator lets it take streams
 * @param maxOrigins that are known because they registered
 * @param perSecond registrations of one address, in the long run
 * @param burst registrations of one address at once
 */
public record RegistrationSettings(
        Networks networks, Networks endpointNetworks, boolean approval, int maxOrigins, int perSecond, int burst) {

    private static final String PREFIX = "millrace.registration";
    public static final String NETWORKS = PREFIX + ".networks";
    public static final String TOKENS_FILE = PREFIX + ".tokens-file";
    static final String ENDPOINT_NETWORKS = PREFIX + ".endpoint-networks";
    static final String PER_SECOND = PREFIX + ".per-second";
    static final String MAX_ORIGINS = PREFIX + ".max-origins";

    /** The same as text, as it stands in the configuration. */
    @ConfigMapping(prefix = PREFIX)
    public interface Text {
        // Loopback and what is private by RFC 1918 and RFC 4193. Not 100.64.0.0/10, which is shared with whoever runs
        // the network, and
        // not link-local addresses, at which clouds have services of theirs.
        @WithDefault(Networks.USUAL)
        String networks();

        /** Read by srs.sender. */
        Optional<String> tokensFile();

        @WithDefault("none")
        String endpointNetworks();

        @WithDefault("off")
        String approval();

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
                SettingText.networks(NETWORKS, text.networks()),
                SettingText.networks(ENDPOINT_NETWORKS, text.endpointNetworks()),
                SettingText.flag(PREFIX + ".approval", text.approval()),
                SettingText.number(MAX_ORIGINS, text.maxOrigins(), 1, 100_000),
                SettingText.number(PER_SECOND, text.perSecond(), 1, 1_000_000),
                SettingText.number(PREFIX + ".burst", text.burst(), 1, 1_000_000));
    }
}
