package io.millrace.worker.access.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Intent;
import io.millrace.model.access.AccessCheck;
import io.millrace.worker.admin.sessions.Authorizer.Verdict;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallbackCheckTest {

    private static final int PATIENT = 10_000;

    private final WebService service = new WebService();
    private final WebCalls calls = new WebCalls();
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void stop() {
        service.close();
    }

    private CallbackCheck check(URI url, int timeoutMillis, int cacheSeconds, boolean allowWhenUnavailable) {
        return new CallbackCheck(
                new AccessCheck.Callback(url, timeoutMillis, cacheSeconds, allowWhenUnavailable),
                "worker-1",
                calls,
                nanos::get);
    }

    private static String outcome(CallbackCheck check, Intent intent, String query) throws Exception {
        return Clients.outcome(check.decide(Clients.withQuery(intent, query)).get(PATIENT, TimeUnit.MILLISECONDS));
    }

    @Test
    void asksAsSrsDoes() throws Exception {
        service.answer = "0";
        CallbackCheck check = check(service.url(), PATIENT, 0, false);
        assertThat(outcome(check, Intent.PUBLISH, "token=a&x=%20")).isEqualTo("allowed null");
        assertThat(outcome(check, Intent.PLAY, "")).isEqualTo("allowed null");
        JsonNode publish = new ObjectMapper().readTree(service.asked.getFirst());
        assertThat(publish.path("action").asText()).isEqualTo("on_publish");
        assertThat(publish.path("ip").asText()).isEqualTo(Clients.ADDRESS);
        assertThat(publish.path("vhost").asText()).isEqualTo("__defaultVhost__");
        assertThat(publish.path("app").asText()).isEqualTo("live");
        assertThat(publish.path("stream").asText()).isEqualTo("cam");
        assertThat(publish.path("param").asText()).isEqualTo("?token=a&x=%20");
        assertThat(publish.path("server_id").asText()).isEqualTo("worker-1");
        assertThat(publish.path("client_id").asText()).isNotEmpty();
        assertThat(new ObjectMapper()
                        .readTree(service.asked.getLast())
                        .path("action")
                        .asText())
                .isEqualTo("on_play");
    }

    @ParameterizedTest
    @CsvSource({
        "200, 0, allowed null",
        "200, '{\"code\":0,\"msg\":\"ok\"}', allowed null",
        "200, 1, 'the callback refused it, status 200'",
        "200, '{\"code\":1}', 'the callback refused it, status 200'",
        "200, '{\"code\":\"0\"}', 'the callback refused it, status 200'",
        "200, '{}', 'the callback refused it, status 200'",
        "200, '', 'the callback refused it, status 200'",
        "200, 'ok', 'the callback refused it, status 200'",
        "204, '', 'the callback refused it, status 204'",
        "302, 0, 'the callback refused it, status 302'",
        "403, 0, 'the callback refused it, status 403'",
        "503, 0, 'unknown: the callback is unavailable: status 503'",
    })
    void onlyZeroAgrees(int status, String answer, String outcome) throws Exception {
        service.status = status;
        service.answer = answer == null || status == 204 ? "" : answer;
        assertThat(outcome(check(service.url(), PATIENT, 0, false), Intent.PLAY, ""))
                .isEqualTo(outcome);
    }

    @Test
    void theRuleSaysWhatHoldsWhileItIsUnavailable() throws Exception {
        service.silent = true;
        assertThat(outcome(check(service.url(), 100, 0, false), Intent.PLAY, ""))
                .startsWith("unknown: the callback is unavailable: ");
        assertThat(outcome(check(service.url(), 100, 0, true), Intent.PLAY, "")).isEqualTo("allowed null");
        service.close();
        assertThat(outcome(check(service.url(), PATIENT, 0, false), Intent.PLAY, ""))
                .isEqualTo("unknown: the callback is unavailable: ConnectException");
    }

    @Test
    void anAnswerHoldsForTheSameQuestionForAWhile() throws Exception {
        service.answer = "0";
        CallbackCheck check = check(service.url(), PATIENT, 5, false);
        outcome(check, Intent.PLAY, "token=a");
        service.answer = "1";
        assertThat(outcome(check, Intent.PLAY, "token=a")).isEqualTo("allowed null");
        assertThat(outcome(check, Intent.PLAY, "token=b")).isEqualTo("the callback refused it, status 200");
        assertThat(outcome(check, Intent.PUBLISH, "token=a")).isEqualTo("the callback refused it, status 200");
        nanos.addAndGet(Duration.ofSeconds(5).toNanos() + 1);
        assertThat(outcome(check, Intent.PLAY, "token=a")).isEqualTo("the callback refused it, status 200");
        assertThat(service.asked).hasSize(4);
    }

    @Test
    void thatItWasUnavailableIsNotKept() throws Exception {
        service.status = 500;
        CallbackCheck check = check(service.url(), PATIENT, 60, false);
        outcome(check, Intent.PLAY, "");
        service.status = 200;
        service.answer = "0";
        assertThat(outcome(check, Intent.PLAY, "")).isEqualTo("allowed null");
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        service.answer = "0".repeat(1 << 20);
        assertThat(outcome(check(service.url(), PATIENT, 0, false), Intent.PLAY, ""))
                .startsWith("unknown: the callback is unavailable: ");
    }

    @Test
    void oneThatDoesNotAnswerHoldsABoundedNumberOfClientsUp() throws Exception {
        service.silent = true;
        CallbackCheck silent = check(service.url(), 2_000, 0, false);
        List<CompletableFuture<Verdict>> plays = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            plays.add(silent.decide(Clients.withQuery(Intent.PLAY, "n=" + i)));
        }
        assertThat(plays.stream().filter(play -> !play.isDone())).hasSizeLessThanOrEqualTo(CallbackCheck.MAX_UNDER_WAY);
        try (WebService other = new WebService()) {
            other.answer = "0";
            assertThat(outcome(check(other.url(), PATIENT, 0, false), Intent.PLAY, ""))
                    .isEqualTo("allowed null");
        }
        CompletableFuture.allOf(plays.toArray(CompletableFuture[]::new)).get(PATIENT, TimeUnit.MILLISECONDS);
        assertThat(plays.stream().map(play -> Clients.outcome(play.join())))
                .allMatch(outcome -> outcome.startsWith("unknown: the callback is unavailable: "));
        service.silent = false;
        service.answer = "0";
        assertThat(outcome(silent, Intent.PLAY, "")).isEqualTo("allowed null");
    }
}
