package io.millrace.worker.http.uri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriReferenceTest {

    /** RFC 3986 section 5.4, base {@code http://a/b/c/d;p?q}, and what players do beyond it. */
    @ParameterizedTest
    @CsvSource({
        "g:h,           g:h",
        "g,             http://a/b/c/g",
        "./g,           http://a/b/c/g",
        "g/,            http://a/b/c/g/",
        "/g,            http://a/g",
        "//g,           http://g",
        "?y,            http://a/b/c/d;p?y",
        "g?y,           http://a/b/c/g?y",
        "#s,            http://a/b/c/d;p?q#s",
        "g#s,           http://a/b/c/g#s",
        "g?y#s,         http://a/b/c/g?y#s",
        ";x,            http://a/b/c/;x",
        "'',            http://a/b/c/d;p?q",
        ".,             http://a/b/c/",
        "./,            http://a/b/c/",
        "..,            http://a/b/",
        "../,           http://a/b/",
        "../g,          http://a/b/g",
        "../..,         http://a/",
        "../../g,       http://a/g",
        "../../../g,    http://a/g",
        "../../../../g, http://a/g",
        "/./g,          http://a/g",
        "/../g,         http://a/g",
        "g.,            http://a/b/c/g.",
        "..g,           http://a/b/c/..g",
        "./../g,        http://a/b/g",
        "./g/.,         http://a/b/c/g/",
        "g/./h,         http://a/b/c/g/h",
        "g/../h,        http://a/b/c/h",
        "g;x=1/../y,    http://a/b/c/y",
        "g?y/../x,      http://a/b/c/g?y/../x",
        "g#s/../x,      http://a/b/c/g#s/../x",
        "http:g,        http:g",
        "%2e%2E/g,      http://a/b/g",
        ".%2e/%2e/g,    http://a/b/g",
        "%2e%2e%2e/g,   http://a/b/c/%2e%2e%2e/g",
        "g//../h,       http://a/b/c/g/h",
        "s-$Number%05d$.m4s, http://a/b/c/s-$Number%05d$.m4s"
    })
    void resolvesAsPlayersDo(String reference, String resolved) {
        UriReference base = UriReference.parse("http://a/b/c/d;p?q");
        assertThat(UriReference.parse(reference).resolvedAgainst(base)).hasToString(resolved);
    }

    @ParameterizedTest
    @CsvSource({
        "/live/s.m3u8,    s-1.ts,             /live/s-1.ts",
        "/live/s.m3u8?k,  s-1.ts?hls_ctx=x,   /live/s-1.ts?hls_ctx=x",
        "/live/s.m3u8,    /other/s-1.ts,      /other/s-1.ts",
        "/live/s.m3u8,    http://cdn/s-1.ts,  http://cdn/s-1.ts",
        "/live/s.m3u8,    //cdn/s-1.ts,       //cdn/s-1.ts",
        "/live/s.m3u8,    ..//cdn/s-1.ts,     /.//cdn/s-1.ts",
        "/live/s.m3u8,    ../../../../etc,    /etc",
        "live/s.m3u8,     ../../../etc,       etc",
        "live/s.m3u8,     ../a:b,             ./a:b",
        "http://a,        s-1.ts,             http://a/s-1.ts"
    })
    void resolvesAgainstMerePaths(String base, String reference, String resolved) {
        assertThat(UriReference.parse(reference).resolvedAgainst(UriReference.parse(base)))
                .hasToString(resolved);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?",
                "#",
                "a?",
                "a#",
                "//",
                "///x",
                "//h?x",
                "http://u@h:1/p?q#f",
                "a:b",
                ":",
                "1:2",
                "/a:b",
                "x//y",
                "skd://key",
                "data:text/plain;base64,AA==",
                "[",
                "a b",
                "%",
                "?a#b?c",
                "file:///x"
            })
    void givesBackEachText(String text) {
        assertThat(UriReference.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "http://h,        /",
        "http://h/a?b#c,  /a?b",
        "?b,              /?b",
        "http://h//x/y,   /.//x/y",
        "/a,              /a"
    })
    void makesRequestTargets(String reference, String target) {
        assertThat(UriReference.parse(reference).requestTarget()).isEqualTo(target);
    }

    @Test
    void tellsWhatHttpCanFetch() {
        assertThat(UriReference.parse("a.ts").mayBeHttp()).isTrue();
        assertThat(UriReference.parse("HTTPS://h/a.ts").mayBeHttp()).isTrue();
        assertThat(UriReference.parse("skd://key").mayBeHttp()).isFalse();
        assertThat(UriReference.parse("data:,x").mayBeHttp()).isFalse();
        assertThat(UriReference.parse("//h/a").namesHost()).isTrue();
        assertThat(UriReference.parse("/h/a").namesHost()).isFalse();
    }

    @Test
    void changesTheQueryOnly() {
        UriReference reference = UriReference.parse("http://h/a?b=c#d");
        assertThat(reference.withQuery("e")).hasToString("http://h/a?e#d");
        assertThat(reference.withQuery(null)).hasToString("http://h/a#d");
    }

    @Test
    void resolvesLongPathsInLinearTime() {
        String deep = "/a/".repeat(200_000) + "../".repeat(600_000) + "x";
        assertThat(UriReference.parse(deep).resolvedAgainst(UriReference.parse("/")))
                .hasToString("/x");
    }
}
