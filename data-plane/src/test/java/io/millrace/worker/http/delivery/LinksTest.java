package io.millrace.worker.http.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.http.route.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinksTest {

    /** Each URI after every other one: what was made for one must not stand for the next. */
    @Test
    void everyUriGetsTheTokenOfWhereItLeads() {
        List<List<String>> cases = List.of(
                List.of("cam-1.ts", "/live/show/*.ts"),
                List.of("cam-2.ts", "/live/show/*.ts"),
                List.of("cam-2.mp4", "/live/show/*.mp4"),
                List.of("key", "/live/show/*."),
                List.of("?x", "/live/show/*.m3u8"),
                List.of(".", "/live/show/*."),
                List.of("..", "/live/*."),
                List.of("%2e%2e", "/live/*."),
                List.of("../b/c.ts", "/live/b/*.ts"),
                List.of("b/../c.ts", "/live/show/*.ts"),
                List.of("../../../../c.ts", "/*.ts"),
                List.of("/d/e.ts", "/d/*.ts"),
                List.of("http://origin:8080/d/e.ts", "/d/*.ts"),
                List.of("$Number$.ts", "/live/show/*.ts"),
                List.of("$RepresentationID$.ts", "/live/show/**.ts"));
        for (List<String> first : cases) {
            for (List<String> second : cases) {
                Links links = LinksOf.scopes("origin:8080", "/live/show/index.m3u8");
                links.link(first.getFirst(), Route.Leads.TO_SEGMENT);
                assertThat(links.link(second.getFirst(), Route.Leads.TO_SEGMENT))
                        .as("%s after %s", second, first)
                        .endsWith("mr=" + second.getLast());
            }
        }
    }

    @Test
    void whatLeadsElsewhereGetsNone() {
        Links links = LinksOf.scopes("origin:8080", "/live/show/index.m3u8");
        for (String uri : List.of("http://other/c.ts", "//other/c.ts", "data:text/plain,x", "skd://key", "", "#x")) {
            assertThat(links.link(uri, Route.Leads.TO_SEGMENT)).isEqualTo(uri);
        }
    }
}
