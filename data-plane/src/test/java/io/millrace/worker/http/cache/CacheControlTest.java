package io.millrace.worker.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Cache-Control | Vary | share | ask | seconds
                "'' | '' | true | false | -1",
                "no-cache | '' | true | true | -1",
                "No-Store | '' | false | false | -1",
                "max-age=5, private | '' | false | false | 5",
                "max-age=5,s-maxage=9 | '' | true | false | 9",
                "max-age=0 | '' | true | true | 0",
                "max-age=x | '' | true | false | -1",
                "'' | Accept-Encoding, Origin | true | false | -1",
                "'' | Cookie | false | false | -1",
                "'' | * | false | false | -1",
            })
    void readsWhatAnOriginSays(String control, String vary, boolean share, boolean ask, long seconds) {
        CacheControl read = CacheControl.of(
                new DefaultHttpHeaders().set("cache-control", control).set("vary", vary));
        assertThat(read.mayShare()).isEqualTo(share);
        assertThat(read.mustAsk()).isEqualTo(ask);
        assertThat(read.maxAge().map(age -> age.toSeconds()).orElse(-1L)).isEqualTo(seconds);
    }
}
