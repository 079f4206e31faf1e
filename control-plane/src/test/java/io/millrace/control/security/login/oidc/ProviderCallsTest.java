package io.millrace.control.security.login.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProviderCallsTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger asked = new AtomicInteger();
    private final ProviderCalls calls = new ProviderCalls("https://login.example.com", nanos::get);

    @Test
    void fewWaitAndTheOthersAreToldAtOnce() {
        List<UniAssertSubscriber<String>> waiting = new ArrayList<>();
        for (int i = 0; i < ProviderCalls.MAX_WAITING; i++) {
            waiting.add(call(Uni.createFrom().emitter(never -> {})));
        }
        call(Uni.createFrom().item("late")).assertFailedWith(ProviderUnavailableException.class);
        assertThat(asked).hasValue(ProviderCalls.MAX_WAITING);
        waiting.getFirst().cancel();
        call(Uni.createFrom().item("in time")).assertCompleted();
        waiting.forEach(UniAssertSubscriber::cancel);
    }

    @Test
    void afterSilenceNothingIsAskedForAMoment() {
        call(Uni.createFrom().failure(new IOException("refused"))).assertFailedWith(ProviderUnavailableException.class);
        for (int i = 0; i < 100; i++) {
            call(Uni.createFrom().item("answer")).assertFailedWith(ProviderUnavailableException.class);
        }
        assertThat(asked).hasValue(1);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        call(Uni.createFrom().item("answer")).assertCompleted();
        call(Uni.createFrom().item("answer")).assertCompleted();
    }

    @Test
    void anAnswerThatSaysNoIsNoSilence() {
        call(Uni.createFrom().failure(new IllegalArgumentException("wrong code")))
                .assertFailedWith(IllegalArgumentException.class);
        call(Uni.createFrom().item("answer")).assertCompleted();
    }

    private UniAssertSubscriber<String> call(Uni<String> answer) {
        return calls.<String>call(IOException.class::isInstance, () -> {
                    asked.incrementAndGet();
                    return answer;
                })
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }
}
