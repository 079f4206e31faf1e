package io.millrace.worker.flv;

import static io.millrace.worker.flv.TestOrigin.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Origins that cannot be reached, and those that answer late. */
class FlvOriginSearchTest extends FlvWorker {

    @Test
    void replacesOriginsThatDoNotAnswerBeforeTheClientNotices() throws IOException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        try (TestOrigin hangsUp = new TestOrigin((head, socket, out) -> {});
                TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(OK + "\r\nFLV")))) {
            lead(nobody, hangsUp.port(), origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("FLV");
            assertThat(router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(Failure.REFUSED, Failure.RESET);
        }
    }

    @Test
    void saysSoWhenNoOriginAnswers() throws IOException {
        assertThat(exchange(get("/live/cam.flv", "Connection: close")))
                .startsWith("HTTP/1.1 503 ")
                .contains("no origin");
        try (TestOrigin hangsUp = new TestOrigin((head, socket, out) -> {});
                TestOrigin strange = new TestOrigin((head, socket, out) -> out.write(bytes("SSH-2.0\r\n\r\n")));
                TestOrigin vague = new TestOrigin(
                        (head, socket, out) -> out.write(bytes(OK + "Transfer-Encoding: gzip\r\n\r\n")))) {
            lead(hangsUp.port(), strange.port(), vague.port());
            assertThat(exchange(get("/live/cam.flv", "Connection: close"))).startsWith("HTTP/1.1 502 ");
            assertThat(router.failed)
                    .extracting(OriginObservation::failure)
                    .containsExactly(Failure.RESET, Failure.PROTOCOL, Failure.PROTOCOL);
        }
        awaitNoSessions();
    }

    /** SRS answers once the stream is published. */
    @Test
    void waitsWithAnOriginThatHoldsItsAnswerBackAndDoesNotReportIt() throws IOException {
        CountDownLatch asked = new CountDownLatch(3);
        router.onResolve = asked::countDown;
        try (TestOrigin origin = new TestOrigin((head, socket, out) -> {
            awaitQuietly(asked);
            out.write(bytes(OK + "\r\nFLV"));
        })) {
            lead(origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("FLV");
            assertThat(origin.heads()).hasSize(1);
            assertThat(router.failed).isEmpty();
        }
    }

    @Test
    void goesToWhereTheStreamLivesByNowWhenTheOriginSaysNothing() throws IOException {
        try (TestOrigin silent = new TestOrigin(
                        (head, socket, out) -> socket.getInputStream().read());
                TestOrigin origin = new TestOrigin((head, socket, out) -> out.write(bytes(OK + "\r\nFLV")))) {
            lead(silent.port(), silent.port(), origin.port());
            assertThat(body(exchange(get("/live/cam.flv")))).isEqualTo("FLV");
            assertThat(silent.heads()).hasSize(1);
            assertThat(router.failed).isEmpty();
        }
    }

    @Test
    void endsTheWaitAsItEndsAStreamThatPauses() throws IOException {
        try (TestOrigin silent =
                new TestOrigin((head, socket, out) -> socket.getInputStream().read())) {
            lead(silent.port());
            assertThat(exchange(get("/live/cam.flv", "Connection: close")))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("has not answered");
            assertThat(router.failed).isEmpty();
        }
        awaitNoSessions();
    }
}
