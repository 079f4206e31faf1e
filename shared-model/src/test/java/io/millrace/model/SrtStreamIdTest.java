package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrtStreamIdTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // stream id | host | path | query | mode
                "#!::h=media.example.com,r=live/cam,m=publish | media.example.com | live/cam | '' | PUBLISH",
                "#!::m=request,r=live/cam | '' | live/cam | '' | REQUEST",
                "#!::r=live/cam | '' | live/cam | '' | REQUEST",
                "#!::r=cam,m=publish | '' | live/cam | '' | PUBLISH",
                "#!::r=/live/cam,m=publish | '' | live/cam | '' | PUBLISH",
                "#!::r=app/a/b | '' | app/a/b | '' | REQUEST",
                "#!::user=evil/other,r=live/cam | '' | live/cam | user=evil/other | REQUEST",
                "#!::other=x,u=admin,r=live/cam,s=1,t=stream | '' | live/cam | other=x&u=admin&s=1&t=stream | REQUEST",
                "#!::r=live/cam?token=a=b,m=publish | '' | live/cam | token=a=b | PUBLISH",
                "#!::r=live/cam,vhost=x | '' | live/cam | vhost=x | REQUEST",
                "#!::r=live/cam?token=1,domain=x | '' | live/cam | token=1&vhost=x | REQUEST",
                "#!::,r=live/cam,, | '' | live/cam | '' | REQUEST",
                "#!::h=live/cam,m=publish | '' | live/cam | '' | PUBLISH",
                "#!::h=media.example.com/live/cam | media.example.com | live/cam | '' | REQUEST",
                "#!::h=media.example.com/app/a/b | media.example.com | app/a/b | '' | REQUEST",
                "#!::h=live/cam?path=a/b | '' | live/cam | path=a/b | REQUEST",
                "#!::r=live/cam,m=bidirectional | '' | live/cam | '' | OTHER",
                "#!::r=live/cam,m= | '' | live/cam | '' | OTHER",
                "live/cam | '' | live/cam | '' | REQUEST",
                "/live/cam?vhost=x | '' | live/cam | vhost=x | REQUEST",
                "cam | '' | live/cam | '' | REQUEST",
                "r=live/cam | '' | r=live/cam | '' | REQUEST",
            })
    void readsEveryForm(String text, String host, String path, String query, SrtStreamId.Mode mode) {
        assertThat(SrtStreamId.parse(text)).isEqualTo(new SrtStreamId(host, path, query, mode));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "/",
                "?token=1",
                "#!",
                "#!:{r=live/cam}",
                "#!::",
                "#!::m=publish",
                "#!::h=media.example.com",
                "#!::h=media.example.com,m=publish",
                "#!::r=,m=publish",
                "#!::r=live/cam,publish",
                "#!::=x,r=live/cam",
                "#!::r=live/cam,r=live/other",
                "#!::m=publish,r=live/cam,m=request",
            })
    void refusesWhatNamesNoStream(String text) {
        assertThatThrownBy(() -> SrtStreamId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
