package io.millrace.worker.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInSiteTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Pattern REFERENCE =
            Pattern.compile("(?:src|href)=\"([^\"#]+)\"|from \"\\./([^\"]+)\"|\"\\./(lib/[^\"]+)\"");

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final FileService service = new FileService(new FilesSettings(Optional.empty()));

    @AfterEach
    void stop() {
        service.stop();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private RecordedExchange ask(HttpMethod method, String path, String... headers) throws Exception {
        RecordedExchange exchange = new RecordedExchange(loop, method, path, headers);
        exchange.serveWith(service);
        exchange.awaitStatus();
        assertThat(exchange.awaitEnd(SOON)).isTrue();
        assertThat(exchange.wrongThread()).isNull();
        return exchange;
    }

    @Test
    void thePageComesWithAPolicy() throws Exception {
        RecordedExchange page = ask(HttpMethod.GET, "/?app=live&stream=show");
        assertThat(page.awaitStatus()).isEqualTo(HttpResponseStatus.OK);
        assertThat(page.text()).startsWith("<!doctype html>");
        assertThat(page.headers().get("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.headers().get("x-content-type-options")).isEqualTo("nosniff");
        assertThat(page.headers().get("x-frame-options")).isEqualTo("SAMEORIGIN");
        assertThat(page.headers().get("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'self'")
                .doesNotContain("unsafe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/player/page.js", "/player/engines.js", "/player/realtime.js"})
    void whatAFileRefersToIsThere(String path) throws Exception {
        Matcher reference = REFERENCE.matcher(ask(HttpMethod.GET, path).text());
        int found = 0;
        while (reference.find()) {
            String target = reference.group(1) != null
                    ? "/" + reference.group(1)
                    : "/player/" + (reference.group(2) != null ? reference.group(2) : reference.group(3));
            assertThat(ask(HttpMethod.GET, target).awaitStatus()).as(target).isEqualTo(HttpResponseStatus.OK);
            found++;
        }
        assertThat(found).isPositive();
    }

    @Test
    void zipsForThoseWhoUnzip() throws Exception {
        RecordedExchange plain = ask(HttpMethod.GET, "/player/player.css");
        RecordedExchange zipped = ask(HttpMethod.GET, "/player/player.css", "accept-encoding", "br, gzip");
        assertThat(plain.headers().contains("content-encoding")).isFalse();
        assertThat(zipped.headers().get("content-encoding")).isEqualTo("gzip");
        assertThat(zipped.headers().get("etag")).isNotEqualTo(plain.headers().get("etag"));
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.content())).readAllBytes())
                .isEqualTo(plain.content());
    }

    @Test
    void answersAgainAndAgainFromMemory() throws Exception {
        byte[] first = ask(HttpMethod.GET, "/player/page.js").content();
        assertThat(ask(HttpMethod.GET, "/player/page.js").content()).isEqualTo(first);
        RecordedExchange known = ask(HttpMethod.GET, "/player/page.js");
        RecordedExchange again = ask(
                HttpMethod.GET,
                "/player/page.js",
                "if-none-match",
                known.headers().get("etag"));
        assertThat(again.awaitStatus()).isEqualTo(HttpResponseStatus.NOT_MODIFIED);
        assertThat(again.content()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/player/",
                "/player",
                "/index.html",
                "/application.properties",
                "/META-INF/MANIFEST.MF",
                "/player/..%2fapplication.properties",
                "/player/../application.properties",
                "/live/nothing",
                "/.env",
            })
    void showsNothingElseOfTheClassPath(String path) throws Exception {
        assertThat(ask(HttpMethod.GET, path).awaitStatus()).isEqualTo(HttpResponseStatus.NOT_FOUND);
    }
}
