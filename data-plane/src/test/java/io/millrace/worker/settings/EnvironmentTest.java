package io.millrace.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The name is none of ours: a test with a worker in this process may have set those as system properties, which rank higher. */
class EnvironmentTest {

    @ParameterizedTest
    @ValueSource(strings = {"a${b}c$d\\e", "pa$$word", "a\\$b", "${java.version}", "$", "${", "\\\\${java.version:1}"})
    void takesOurValuesAsTheyAre(String value) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDefaultInterceptors();
        Environment.use(builder, Map.of("MILLRACE_TEST_TOKEN", value, "QUARKUS_X", "${MILLRACE_TEST_TOKEN}"));
        SmallRyeConfig config = builder.build();

        assertThat(config.getValue("millrace.test.token", String.class)).isEqualTo(value);
        assertThat(config.getValue("quarkus.x", String.class)).isEqualTo(value);
    }
}
