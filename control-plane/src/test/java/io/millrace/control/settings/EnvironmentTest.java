package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

    private static SmallRyeConfig config(Map<String, String> environment) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder().addDefaultInterceptors().addDefaultSources();
        Environment.use(builder, environment);
        return builder.withSources(new PropertiesConfigSource(Map.of("proxy.redis.host", "file"), "file", 250))
                .build();
    }

    @Test
    void standsInThePlaceOfQuarkusOwnReading() {
        SmallRyeConfig config = config(Map.of("PROXY_LOAD_BALANCER_TYPE", "redis"));

        assertThat(config.getConfigValue("proxy.load.balancer.type").getValue()).isEqualTo("redis");
        assertThat(config.getConfigValue("PATH").getValue())
                .as("the process's own variables")
                .isNull();
        assertThat(config.getConfigValue("java.version").getValue())
                .as("system properties")
                .isNotNull();
        assertThat(config.getConfigSources())
                .extracting(ConfigSource::getName)
                .noneMatch(name -> name.contains(".env"));
    }

    @Test
    void ranksAboveFilesAndTakesValuesAsTheyAre() {
        SmallRyeConfig config = config(Map.of(
                "PROXY_REDIS_HOST", "set", "PROXY_REDIS_PASSWORD", "a${b}c$d\\e", "QUARKUS_X", "${PROXY_REDIS_HOST}"));

        assertThat(config.getValue("proxy.redis.host", String.class)).isEqualTo("set");
        assertThat(config.getValue("proxy.redis.password", String.class)).isEqualTo("a${b}c$d\\e");
        assertThat(config.getValue("quarkus.x", String.class)).isEqualTo("set");
    }
}
