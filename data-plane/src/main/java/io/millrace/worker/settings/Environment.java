package io.millrace.worker.settings;

import io.millrace.model.settings.DotEnv;
import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.smallrye.config.SysPropConfigSource;
import java.io.IOException;
import java.util.Map;

/**
 * Puts the environment as {@link DotEnv} reads it in the place of Quarkus's own reading of environment and {@code .env}, which keeps
 * quotes and loses lines with {@code export}.
 */
@StaticInitSafe
public final class Environment implements SmallRyeConfigBuilderCustomizer {

    /** What is wrong with the file: too early to report it here, so the start is refused with it when the settings are read. */
    public static final String MISTAKE = "millrace.internal.environment-mistake";

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.setAddDefaultSources(false)
                .setAddSystemSources(false)
                .addPropertiesSources()
                .withSources(new SysPropConfigSource());
        try {
            use(builder, DotEnv.environment(System.getenv(), DotEnv.FILE));
        } catch (IOException e) {
            builder.withDefaultValue(MISTAKE, String.valueOf(e.getMessage()));
        }
    }

    static void use(SmallRyeConfigBuilder builder, Map<String, String> environment) {
        builder.withSources(new EnvConfigSource(DotEnv.escaped(environment), EnvConfigSource.ORDINAL));
    }
}
