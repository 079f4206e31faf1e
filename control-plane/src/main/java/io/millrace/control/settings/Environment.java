package io.millrace.control.settings;

import io.millrace.control.start.CannotStartException;
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
 * quotes, loses lines with {@code export}, and takes a variable that is set to nothing for a mistake.
 */
@StaticInitSafe
public final class Environment implements SmallRyeConfigBuilderCustomizer {

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        try {
            use(builder, DotEnv.environment(System.getenv(), DotEnv.FILE));
        } catch (IOException e) {
            throw new CannotStartException(String.valueOf(e.getMessage()));
        }
    }

    static void use(SmallRyeConfigBuilder builder, Map<String, String> environment) {
        builder.setAddDefaultSources(false)
                .setAddSystemSources(false)
                .addPropertiesSources()
                .withSources(
                        new SysPropConfigSource(),
                        new EnvConfigSource(DotEnv.escaped(environment), EnvConfigSource.ORDINAL));
    }
}
