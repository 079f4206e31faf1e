package io.millrace.control.settings;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes the settings for Redis those of Quarkus's client, before Quarkus reads them, if Redis is the store. Otherwise the client is
 * switched off. Ranks as {@link ListenAddressSource} does.
 */
@StaticInitSafe
public final class RedisSource implements ConfigSourceFactory {

    private static final int ORDINAL = 290;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        return List.of(new PropertiesConfigSource(settings(context), "millrace redis settings", ORDINAL));
    }

    private static Map<String, String> settings(ConfigSourceContext context) {
        if (StoreType.of(value(context, StoreType.PROPERTY, StoreType.MEMORY.word())) != StoreType.REDIS) {
            return Map.of("quarkus.redis.active", "false");
        }
        String url = value(context, RedisAddress.URL, "");
        RedisAddress address = url.isEmpty()
                ? RedisAddress.ofParts(
                        value(context, RedisAddress.HOST, "127.0.0.1"),
                        value(context, RedisAddress.PORT, "6379"),
                        value(context, RedisAddress.PASSWORD, ""),
                        value(context, RedisAddress.DATABASE, "0"))
                : RedisAddress.ofUrl(url);
        var _ = address.prefix(value(context, RedisAddress.PREFIX, ""), value(context, RedisAddress.PROXY_PREFIX, ""));
        String trust = value(context, RedisAddress.TRUST_CERTIFICATES, "");
        if (!trust.isEmpty() && !Files.isReadable(Path.of(trust))) {
            throw new InvalidSettingException(
                    RedisAddress.TRUST_CERTIFICATES, trust, "the path of a PEM file that can be read");
        }
        return address.quarkus(trust);
    }

    private static String value(ConfigSourceContext context, String property, String ifMissing) {
        ConfigValue value = context.getValue(property);
        return value == null || value.getValue() == null || value.getValue().isBlank() ? ifMissing : value.getValue();
    }
}
