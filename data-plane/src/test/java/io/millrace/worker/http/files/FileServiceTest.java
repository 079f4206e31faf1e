package io.millrace.worker.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileServiceTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int BIG = 3_000_000;

    @TempDir
    private Path outside;

    @TempDir
    private Path folder;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private FileService service;

    @BeforeEach
    void fill() throws IOException {
        Files.writeString(outside.resolve("secret.txt"), "secret");
        Files.createDirectory(outside.resolve("secrets"));
        Files.writeString(outside.resolve("secrets/index.html"), "secret");
        Files.writeString(folder.resolve("index.html"), "<p>home");
        Files.writeString(folder.resolve("page.html"), "0123456789");
        Files.setLastModifiedTime(folder.resolve("page.html"), FileTime.from(Instant.parse("2026-03-01T10:00:00Z")));
        Files.writeString(folder.resolve("empty.css"), "");
        Files.createDirectories(folder.resolve("sub/.git"));
        Files.writeString(folder.resolve("sub/index.html"), "<p>sub");
        Files.writeString(folder.resolve("sub/.git/config"), "hidden");
        Files.writeString(folder.resolve(".env"), "hidden");
        Files.writeString(folder.resolve("é.txt"), "accent");
        Files.createDirectory(folder.resolve("bare"));
        Files.writeString(folder.resolve("bare/a.json"), "{}");
        Files.createSymbolicLink(folder.resolve("out.txt"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(folder.resolve("outdir"), outside);
        Files.createSymbolicLink(folder.resolve("up"), Path.of("../" + outside.getFileName()));
        Files.createSymbolicLink(folder.resolve("in.html"), Path.of("page.html"));
        Files.createSymbolicLink(folder.resolve("indir"), Path.of("sub"));
        Files.createSymbolicLink(folder.resolve("tohidden.txt"), Path.of(".env"));
        Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        Files.createDirectory(folder.resolve("outindex"));
        Files.createSymbolicLink(folder.resolve("outindex/index.html"), outside.resolve("secret.txt"));
        service = new FileService(new FilesSettings(Optional.of(folder)));
    }

    @AfterEach
    void stop() {
        service.stop();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private RecordedExchange ask(HttpMethod method, String path, String... headers) throws Exception {
        RecordedExchange exchange = new RecordedExchange(loop, method, path, headers);
        exchange.serveWith(service);
        exchange.awaitStatus();
        exchange.awaitEnd(SOON);
        assertThat(exchange.wrongThread()).isNull();
        return exchange;
    }

    private RecordedExchange get(String path, String... headers) throws Exception {
        return ask(HttpMethod.GET, path, headers);
    }

    @ParameterizedTest
    @CsvSource({
        "/, <p>home, text/html; charset=utf-8",
        "/page.html?x=1, 0123456789, text/html; charset=utf-8",
        "/sub/, <p>sub, text/html; charset=utf-8",
        "/sub/index.html, <p>sub, text/html; charset=utf-8",
        "/bare/a.json, {}, application/json",
        "/%c3%a9.txt, accent, text/plain; charset=utf-8",
        "/in.html, 0123456789, text/html; charset=utf-8",
        "/indir/, <p>sub, text/html; charset=utf-8",
        "/empty.css, '', text/css; charset=utf-8",
    })
    void servesFiles(String path, String content, String type) throws Exception {
        RecordedExchange answer = get(path);
        assertThat(answer.awaitStatus()).isEqualTo(HttpResponseStatus.OK);
        assertThat(answer.text()).isEqualTo(content);
        assertThat(answer.headers().get("content-type")).isEqualTo(type);
        assertThat(answer.headers().getInt("content-length")).isEqualTo(content.length());
        assertThat(answer.headers().get("x-content-type-options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing.html",
                "/page.html/",
                "/page.html/x",
                "/bare",
                "/bare/",
                "/..%2fsecret.txt",
                "/%2e%2e/secret.txt",
                "//etc/passwd",
                "/sub/../../secret.txt",
                "/..\\secret.txt",
                "/page.html%00",
                "/out.txt",
                "/outdir/secret.txt",
                "/outdir/",
                "/outdir/secrets/",
                "/up/secret.txt",
                "/outindex/",
                "/tohidden.txt",
                "/circle",
                "/.env",
                "/sub/.git/config",
                "/indir/.git/config",
                "/.well-known/x",
            })
    void showsNothingElse(String path) throws Exception {
        RecordedExchange answer = get(path);
        assertThat(answer.awaitStatus()).isEqualTo(HttpResponseStatus.NOT_FOUND);
        assertThat(answer.text()).isEqualTo("There is no such file.");
    }

    @Test
    void neverOpensPipes() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        assertThat(get("/pipe").awaitStatus()).isEqualTo(HttpResponseStatus.NOT_FOUND);
    }

    @Test
    void theFolderItselfMayBeALinkThatIsMoved() throws Exception {
        Path current = outside.resolve("current");
        Files.createSymbolicLink(current, folder);
        service.stop();
        service = new FileService(new FilesSettings(Optional.of(current)));
        assertThat(get("/page.html").text()).isEqualTo("0123456789");
        Path next = Files.createDirectory(outside.resolve("next"));
        Files.writeString(next.resolve("page.html"), "new");
        Files.delete(current);
        Files.createSymbolicLink(current, next);
        assertThat(get("/page.html").text()).isEqualTo("new");
    }

    @Test
    void sendsFoldersToTheirSlash() throws Exception {
        RecordedExchange answer = get("/sub?a=b");
        assertThat(answer.awaitStatus()).isEqualTo(HttpResponseStatus.MOVED_PERMANENTLY);
        assertThat(answer.headers().get("location")).isEqualTo("/sub/?a=b");
    }

    @Test
    void headHasTheHeadersAndNoBody() throws Exception {
        RecordedExchange answer = ask(HttpMethod.HEAD, "/page.html", "range", "bytes=0-1");
        assertThat(answer.awaitStatus()).isEqualTo(HttpResponseStatus.OK);
        assertThat(answer.headers().get("content-length")).isEqualTo("10");
        assertThat(answer.content()).isEmpty();
    }

    @Test
    void answersOtherMethodsNot() {
        assertThat(service.claims(new RecordedExchange(loop, HttpMethod.GET, "/x").request()))
                .isTrue();
        assertThat(service.claims(new RecordedExchange(loop, HttpMethod.HEAD, "/x").request()))
                .isTrue();
        assertThat(service.claims(new RecordedExchange(loop, HttpMethod.POST, "/x").request()))
                .isFalse();
        assertThat(service.claims(new RecordedExchange(loop, HttpMethod.DELETE, "/x").request()))
                .isFalse();
    }

    @Test
    void asksNotTwiceForWhatTheClientHas() throws Exception {
        RecordedExchange first = get("/page.html");
        assertThat(first.headers().get("last-modified")).isEqualTo("Sun, 01 Mar 2026 10:00:00 GMT");
        String etag = first.headers().get("etag");
        RecordedExchange again = get("/page.html", "if-none-match", etag);
        assertThat(again.awaitStatus()).isEqualTo(HttpResponseStatus.NOT_MODIFIED);
        assertThat(again.headers().get("etag")).isEqualTo(etag);
        assertThat(again.content()).isEmpty();
        assertThat(get("/page.html", "if-modified-since", "Sun, 01 Mar 2026 10:00:00 GMT")
                        .awaitStatus())
                .isEqualTo(HttpResponseStatus.NOT_MODIFIED);
        Files.writeString(folder.resolve("page.html"), "changed");
        assertThat(get("/page.html", "if-none-match", etag).text()).isEqualTo("changed");
    }

    @Test
    void sendsAPartOfAFile() throws Exception {
        RecordedExchange part = get("/page.html", "range", "bytes=2-4");
        assertThat(part.awaitStatus()).isEqualTo(HttpResponseStatus.PARTIAL_CONTENT);
        assertThat(part.text()).isEqualTo("234");
        assertThat(part.headers().get("content-range")).isEqualTo("bytes 2-4/10");
        RecordedExchange behind = get("/page.html", "range", "bytes=10-");
        assertThat(behind.awaitStatus()).isEqualTo(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
        assertThat(behind.headers().get("content-range")).isEqualTo("bytes */10");
    }

    private byte[] big() throws IOException {
        byte[] content = new byte[BIG];
        new Random(1).nextBytes(content);
        Files.write(folder.resolve("big.bin"), content);
        return content;
    }

    private RecordedExchange slowReaderOf(String path) throws Exception {
        RecordedExchange slow = new RecordedExchange(loop, HttpMethod.GET, path);
        slow.takeNothing();
        slow.serveWith(service);
        assertThat(slow.awaitStatus()).isEqualTo(HttpResponseStatus.OK);
        return slow;
    }

    @Test
    void sendsBigFilesWhole() throws Exception {
        byte[] content = big();
        assertThat(get("/big.bin").content()).isEqualTo(content);
        assertThat(get("/big.bin", "range", "bytes=100000-2000000").content())
                .isEqualTo(Arrays.copyOfRange(content, 100_000, 2_000_001));
    }

    @Test
    void readsNothingForAClientThatTakesNothing() throws Exception {
        byte[] content = big();
        RecordedExchange slow = slowReaderOf("/big.bin");
        assertThat(slow.content()).isEmpty();
        slow.takeAll();
        assertThat(slow.awaitEnd(SOON)).isTrue();
        assertThat(slow.content()).isEqualTo(content);
    }

    @Test
    void cutsTheAnswerOffWhenTheFileShrinks() throws Exception {
        big();
        RecordedExchange slow = slowReaderOf("/big.bin");
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("big.bin").toFile(), "rw")) {
            file.setLength(BIG / 2);
        }
        slow.takeAll();
        assertThat(slow.awaitEnd(SOON)).isFalse();
    }

    @Test
    void cutsTheAnswerOffWhenTheFileIsWrittenTo() throws Exception {
        big();
        RecordedExchange slow = slowReaderOf("/big.bin");
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("big.bin").toFile(), "rw")) {
            file.write(new byte[100]);
        }
        Files.setLastModifiedTime(folder.resolve("big.bin"), FileTime.from(Instant.parse("2026-04-01T10:00:00Z")));
        slow.takeAll();
        assertThat(slow.awaitEnd(SOON)).isFalse();
        assertThat(slow.content().length).isLessThan(BIG);
    }

    @Test
    void aFileThatIsReplacedIsSentAsItWas() throws Exception {
        byte[] content = big();
        RecordedExchange slow = slowReaderOf("/big.bin");
        Files.writeString(folder.resolve("new.bin"), "new");
        Files.move(
                folder.resolve("new.bin"),
                folder.resolve("big.bin"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        slow.takeAll();
        assertThat(slow.awaitEnd(SOON)).isTrue();
        assertThat(slow.content()).isEqualTo(content);
    }

    @Test
    void openFilesAreBoundedAndComeBack() throws Exception {
        big();
        RecordedExchange[] slow = new RecordedExchange[1_024];
        for (int i = 0; i < slow.length; i++) {
            slow[i] = slowReaderOf("/big.bin");
        }
        assertThat(get("/page.html").awaitStatus()).isEqualTo(HttpResponseStatus.SERVICE_UNAVAILABLE);
        for (RecordedExchange one : slow) {
            one.leave();
        }
        Awaitility.await()
                .atMost(SOON)
                .until(() -> get("/page.html").awaitStatus().equals(HttpResponseStatus.OK));
        Awaitility.await().atMost(SOON).until(() -> openedBigFiles() == 0);
    }

    private long openedBigFiles() throws IOException {
        long open = 0;
        Path real = folder.resolve("big.bin").toRealPath();
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).equals(real)) {
                    open++;
                }
            }
        }
        return open;
    }
}
