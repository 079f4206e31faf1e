package io.millrace.worker.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/..",
                "/../x",
                "/a/..",
                "/a/../../x",
                "/./x",
                "/..%2fx",
                "/%2e%2e/x",
                "/%2E%2E%2Fx",
                "/.%2e/x",
                "/%2e./x",
                "/a%2f..%2f..%2fx",
                "/a%2fb",
                "//etc/passwd",
                "/a//b",
                "/a//",
                "/%2fetc/passwd",
                "/\\..\\x",
                "/a\\b",
                "/..%5cx",
                "/%5c..%5cx",
                "/a%00.html",
                "/%00",
                "/a%0ab",
                "/a%7f",
                "/.env",
                "/.git/config",
                "/x/.git/config",
                "/%2egit/config",
                "/.well-known/x",
                "/a/.hidden/",
                "/%c0%ae%c0%ae/x",
                "/%c0%af",
                "/%e0%80%ae/x",
                "/%ff",
                "/%",
                "/%2",
                "/%zz",
                "/a%2",
                "/\u2025/x",
                "/\u00e9",
            })
    void refusesWhatCouldLeadElsewhere(String path) {
        assertThat(FilePath.of(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b.html, a|b.html",
        "/a%20b, a b",
        "/%61, a",
        "/%C3%A9.html, é.html",
        // Encoded twice it is a strange name and nothing else.
        "/%252e%252e, %2e%2e",
        "/..., ",
        "/a..b, a..b",
        "/a., a.",
        "/a:b, a:b",
        "/~root, ~root",
        "/a+b, a+b",
    })
    void decodesNamesOnce(String path, String names) {
        assertThat(FilePath.of(path).map(FilePath::names))
                .isEqualTo(java.util.Optional.ofNullable(names).map(all -> List.of(all.split("\\|"))));
    }

    @Test
    void knowsFoldersByTheirSlash() {
        assertThat(FilePath.of("/")).contains(new FilePath(List.of(), true));
        assertThat(FilePath.of("/a/")).contains(new FilePath(List.of("a"), true));
        assertThat(FilePath.of("/a")).contains(new FilePath(List.of("a"), false));
    }

    @Test
    void refusesNamesAndPathsThatNoFileHas() {
        assertThat(FilePath.of("/" + "a".repeat(255))).isPresent();
        assertThat(FilePath.of("/" + "a".repeat(256))).isEmpty();
        assertThat(FilePath.of("/a".repeat(512))).isPresent();
        assertThat(FilePath.of("/a".repeat(513))).isEmpty();
    }
}
