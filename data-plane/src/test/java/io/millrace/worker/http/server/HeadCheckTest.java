package io.millrace.worker.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In the cases, a backslash with r, n, t or 0 stands for that character; every line ends with CR LF unless it says otherwise. */
class HeadCheckTest {

    static String unescaped(String text) {
        return text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\0", "\0");
    }

    private static int verdict(String head) {
        int whole = verdict(head, head.length());
        assertThat(verdict(head, 1)).as("byte by byte").isEqualTo(whole);
        return whole;
    }

    /** 0 for incomplete, 200 for whole, else the status of the refusal. */
    private static int verdict(String head, int step) {
        HeadCheck check = new HeadCheck();
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf so = Unpooled.buffer();
        int status = 0;
        for (int at = 0; at < bytes.length && status == 0; at += step) {
            so.writeBytes(bytes, at, Math.min(step, bytes.length - at));
            status = switch (check.scan(so)) {
                case HeadCheck.Incomplete _ -> 0;
                case HeadCheck.Whole _ -> 200;
                case HeadCheck.Refused(Refusal refusal) -> refusal.status().code();
            };
        }
        so.release();
        return status;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "GET / HTTP/1.0\\r\\n\\r\\n",
                "GET /a?b=c HTTP/1.1\\r\\nHost:a\\r\\nX: \\r\\nY:\\tv\\t\\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 12\\r\\n\\r\\n",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: Chunked\\r\\n\\r\\n",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nX: caf\u00e9\\r\\n\\r\\n",
            })
    void takesWhatMeansOneThing(String head) {
        assertThat(verdict(unescaped(head))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // request lines
                "400 | GET  / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1 \\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET /\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\nHost: a\\r\\n\\r\\n",
                "400 | GET /a b HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET /\\t HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET /\u00e9 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | G(T / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET / http/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.10\\r\\nHost: a\\r\\n\\r\\n",
                "400 | \\0\\0\\0\\r\\n\\r\\n",
                "505 | GET / HTTP/2.0\\r\\nHost: a\\r\\n\\r\\n",
                "505 | PRI * HTTP/2.0\\r\\n\\r\\n",
                "505 | GET / HTTP/1.2\\r\\nHost: a\\r\\n\\r\\n",
                // headers
                "400 | GET / HTTP/1.1\\r\\nHost : a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\n Host: a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r\\n 2\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r\\n\\t2\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r2\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\0\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\n: x\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nX\\tY: 1\\r\\n\\r\\n",
                // whose request it is
                "400 | GET / HTTP/1.1\\r\\n\\r\\n",
                "400 | GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n",
                "400 | GET / HTTP/1.0\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n",
                // where it ends
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nContent-Length: 1\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1, 1\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +1\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0x1\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length:\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n",
                "400 | POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: identity\\r\\n\\r\\n",
                "400 | POST / HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n",
                // not over
                "0 | GET / HTTP/1.1\\r\\nHost: a\\r\\n",
                "0 | GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r",
            })
    void refusesWhatCouldMeanTwoThings(int status, String head) {
        assertThat(verdict(unescaped(head))).isEqualTo(status);
    }

    @Test
    void boundsEveryPart() {
        assertThat(verdict("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n", 1_000))
                .isEqualTo(414);
        assertThat(verdict("x".repeat(9_000), 1_000)).isEqualTo(414);
        assertThat(verdict("GET / HTTP/1.1\r\nX: " + "a".repeat(17_000), 1_000)).isEqualTo(431);
        assertThat(verdict("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(100) + "\r\n", 1_000))
                .isEqualTo(431);
        assertThat(verdict("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(99) + "\r\n", 1_000))
                .isEqualTo(200);
        assertThat(verdict("GET /" + "a".repeat(8_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 1_000))
                .isEqualTo(200);
    }
}
