package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        SmallRyeConfig config = config(Map.of("PROXY_TEST_HOST", "set", "QUARKUS_X", "${PROXY_TEST_HOST}"));

        assertThat(config.getValue("proxy.test.host", String.class)).isEqualTo("set");
        assertThat(config.getValue("quarkus.x", String.class)).isEqualTo("set");
    }

    /** Every text of up to five of the characters that the library gives a meaning. */
    @ParameterizedTest
    @ValueSource(strings = {"PROXY_TEST_PASSWORD", "MILLRACE_TEST_PASSWORD"})
    void takesOurValuesAsTheyAre(String variable) {
        String meaning = "${}\\:a";
        List<String> values = new ArrayList<>(List.of(""));
        for (int i = 0; values.get(i).length() < 5; i++) {
            for (int next = 0; next < meaning.length(); next++) {
                values.add(values.get(i) + meaning.charAt(next));
            }
        }
        assertThat(values).hasSize(1 + 6 + 36 + 216 + 1_296 + 7_776);
        for (String value : values.subList(1, values.size())) {
            SmallRyeConfig config = config(Map.of(variable, value, "QUARKUS_X", "${" + variable + "}"));
            assertThat(config.getConfigValue(variable.toLowerCase(Locale.ROOT).replace('_', '.'))
                            .getValue())
                    .isEqualTo(value);
            assertThat(config.getConfigValue("quarkus.x").getValue()).isEqualTo(value);
        }
    }
}
