package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

/** The names are none of ours: a test with a control plane in this process may have set those as system properties, which rank higher. */
class EnvironmentTest {

    private static SmallRyeConfig config(Map<String, String> environment) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder().addDefaultInterceptors().addDefaultSources();
        Environment.use(builder, environment);
        return builder.withSources(new PropertiesConfigSource(Map.of("proxy.test.host", "file"), "file", 250))
                .build();
    }

    @Test
    void standsInThePlaceOfQuarkusOwnReading() {
        SmallRyeConfig config = config(Map.of("PROXY_TEST_TYPE", "redis"));

        assertThat(config.getConfigValue("proxy.test.type").getValue()).isEqualTo("redis");
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
                "PROXY_TEST_HOST", "set", "PROXY_TEST_PASSWORD", "a${b}c$d\\e", "QUARKUS_X", "${PROXY_TEST_HOST}"));

        assertThat(config.getValue("proxy.test.host", String.class)).isEqualTo("set");
        assertThat(config.getValue("proxy.test.password", String.class)).isEqualTo("a${b}c$d\\e");
        assertThat(config.getValue("quarkus.x", String.class)).isEqualTo("set");
    }
}
