package io.millrace.control.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.store.StoreUnavailableException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.junit.jupiter.api.Test;

class ProblemMappersTest {

    @Test
    void aStoreThatIsAwayMeansTryAgainSoonAndSaysWhy() {
        Response answer =
                new ProblemMappers().storeAway(new StoreUnavailableException("redis 127.0.0.1:6379 does not answer"));
        assertThat(answer.getStatus()).isEqualTo(503);
        assertThat(answer.getHeaderString(HttpHeaders.RETRY_AFTER)).isEqualTo("1");
        assertThat(answer.getMediaType()).hasToString(Problem.MEDIA_TYPE);
        assertThat(answer.getEntity())
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.detail()).contains("redis 127.0.0.1:6379 does not answer"));
    }
}
