package io.millrace.control.store.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryStoresTest {

    @Test
    void refusesToStandInForASharedStore(@TempDir Path folder) {
        assertThatThrownBy(() -> new MemoryStores(Clock.systemUTC(), new ObjectMapper(), folder.toString(), "redis"))
                .hasMessage("PROXY_LOAD_BALANCER_TYPE (proxy.load.balancer.type) is 'redis'; allowed is memory");
    }
}
