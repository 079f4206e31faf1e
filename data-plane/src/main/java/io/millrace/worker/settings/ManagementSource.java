package io.millrace.worker.settings;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Turns MILLRACE_MANAGEMENT ({@code port} or {@code host:port}) into Quarkus's own settings of its management port. */
public final class ManagementSource implements ConfigSourceFactory {

    public static final String NAME = "millrace.management";
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final String DEFAULT = DEFAULT_HOST + ":9001";

    /** Above application.properties (250), below the environment (300). */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue set = context.getValue(NAME);
        String text = set == null ? null : set.getValue();
        if (text == null || text.isBlank()) {
            return List.of();
        }
        try {
            ListenerAddress address = ListenerAddress.parse(text, DEFAULT_HOST);
            String host = address.host().isEmpty() ? "0.0.0.0" : address.host();
            return List.of(new PropertiesConfigSource(
                    Map.of(
                            "quarkus.management.host",
                            host,
                            "quarkus.management.port",
                            Integer.toString(address.port())),
                    "MILLRACE_MANAGEMENT",
                    ORDINAL));
        } catch (IllegalArgumentException e) {
            // Too early to say it well: reading the settings refuses the same value with one line.
            return List.of();
        }
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ORDINAL);
    }
}
