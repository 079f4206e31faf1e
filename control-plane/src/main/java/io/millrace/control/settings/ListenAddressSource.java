package io.millrace.control.settings;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes the listener settings of the two planes those of Quarkus, before Quarkus reads them. Ranks above application.properties
 * and below the environment, so that QUARKUS_HTTP_PORT still counts where it is set.
 */
@StaticInitSafe
public final class ListenAddressSource implements ConfigSourceFactory {

    private static final int ORDINAL = 290;
    /** HTTPS beside the plain port; off unless set. */
    public static final String HTTPS = "millrace.system-api-https";

    /** By which Quarkus knows what its HTTPS listener shows. */
    public static final String TLS = "millrace";

    private static final String LOG_JSON = "millrace.log.json";
    /** Origins register from other hosts, and management guards itself. */
    private static final String EVERYWHERE = "0.0.0.0";

    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Map<String, String> quarkus = new HashMap<>();
        translate(context, "proxy.system.api", "12025", "quarkus.http", EVERYWHERE, quarkus);
        translate(context, "millrace.management", "9000", "quarkus.management", LOOPBACK, quarkus);
        value(context, HTTPS).ifPresent(text -> {
            quarkus.put("quarkus.http.ssl-port", Integer.toString(https(text).port()));
            quarkus.put("quarkus.http.tls-configuration-name", TLS);
        });
        // Here and not in a bean: nothing runs yet that would have to be stopped again.
        checkStoreType(context);
        checkLogForm(context);
        return List.of(new PropertiesConfigSource(quarkus, "millrace listener settings", ORDINAL));
    }

    private static void checkStoreType(ConfigSourceContext context) {
        value(context, StoreType.PROPERTY).ifPresent(StoreType::of);
    }

    /** Quarkus reads it by itself, and takes whatever it does not know for no. */
    private static void checkLogForm(ConfigSourceContext context) {
        value(context, LOG_JSON).ifPresent(text -> SettingText.flag(LOG_JSON, text));
    }

    private static void translate(
            ConfigSourceContext context,
            String property,
            String ifMissing,
            String prefix,
            String hostIfMissing,
            Map<String, String> quarkus) {
        String text = value(context, property).orElse(ifMissing);
        ListenAddress address = ListenAddress.parse(property, text, hostIfMissing);
        quarkus.put(prefix + ".host", address.host());
        quarkus.put(prefix + ".port", Integer.toString(address.port()));
    }

    private static Optional<String> value(ConfigSourceContext context, String property) {
        return Optional.ofNullable(context.getValue(property))
                .map(ConfigValue::getValue)
                .filter(text -> !text.isBlank());
    }

    /** Where HTTPS listens; Quarkus itself has one host for both ports. */
    public static ListenAddress https(String text) {
        return ListenAddress.parse(HTTPS, text, EVERYWHERE);
    }
}
