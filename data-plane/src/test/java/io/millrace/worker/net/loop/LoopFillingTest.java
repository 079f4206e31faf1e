package io.millrace.worker.net.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory.EventExecutorChooser;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopFillingTest {

    private final EventExecutor first = new DefaultEventExecutor();
    private final EventExecutor second = new DefaultEventExecutor();
    private final LoopFilling filling = new LoopFilling();
    private final EventExecutorChooser chooser = filling.newChooser(new EventExecutor[] {first, second});

    @Test
    void givesConnectionsToTheFirstLoopWhileItHasRoom() {
        measured(0.3, 0);

        assertThat(chooser.next()).isSameAs(first);
        assertThat(chooser.next()).isSameAs(first);
    }

    @Test
    void goesOnWithTheNextWhenTheFirstIsBusy() {
        measured(0.6, 0.1);

        assertThat(chooser.next()).isSameAs(second);
    }

    @Test
    void doesNotPutACrowdThatComesAtOnceOnOneLoop() {
        long onFirst =
                IntStream.range(0, 1_000).filter(i -> chooser.next() == first).count();

        assertThat(onFirst).isBetween(400L, 600L);
    }

    @Test
    void givesToTheLeastBusyWhenAllAre() {
        measured(0.9, 0.8);

        assertThat(chooser.next()).isSameAs(second);
    }

    @Test
    void comesBackToTheFirstWhenItIsIdleAgain() {
        measured(0.9, 0.1);
        chooser.next();
        measured(0.1, 0.1);

        assertThat(chooser.next()).isSameAs(first);
    }

    @AfterEach
    void stop() {
        first.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        second.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private void measured(double firstShare, double secondShare) {
        filling.loads().get(0).measured(firstShare);
        filling.loads().get(1).measured(secondShare);
    }
}
