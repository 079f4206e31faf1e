package io.millrace.model.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AotCacheTest {

    @Test
    void saysWhetherTheCacheThatWasNamedIsInUse() {
        assertThat(AotCache.describe(List.of("-Xmx256m"), "mixed mode, sharing"))
                .isEqualTo("aotCache=none");
        assertThat(AotCache.describe(List.of("-Xmx256m", "-XX:AOTCache=a/app.aot"), "mixed mode, sharing"))
                .isEqualTo("aotCache=used file=a/app.aot");
        assertThat(AotCache.describe(List.of("-XX:AOTCache=a/app.aot"), "mixed mode"))
                .startsWith("aotCache=refused file=a/app.aot reason=");
    }

    @Test
    void theLastOptionCountsAsForTheJvm() {
        assertThat(AotCache.describe(List.of("-XX:AOTCache=a", "-XX:AOTCache=b"), "mixed mode, sharing"))
                .isEqualTo("aotCache=used file=b");
    }
}
