package io.millrace.control.srs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.config.ConfigStandIn;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventLog;
import io.millrace.control.limits.ByteBudget;
import io.millrace.control.peers.AloneInTheCluster;
import io.millrace.control.peers.ClusterWorkers;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.srs.cluster.Envelope.Answer;
import io.millrace.control.srs.origin.FakeSrs;
import io.millrace.control.srs.origin.FakeSrs.Mode;
import io.millrace.control.srs.origin.OriginApi;
import io.millrace.control.srs.origin.OriginLists;
import io.millrace.control.srs.origin.SrsApiSettings;
import io.millrace.control.start.ControlPlaneRun;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.streams.StreamSettings;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.origins.OriginReports;
import io.millrace.control.streams.resolve.BindingDirectory;
import io.millrace.control.streams.resolve.StreamState;
import io.millrace.control.time.MovableClock;
import io.millrace.control.workers.WorkerDirectory;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.address.AddressText;
import io.millrace.model.settings.OriginCredentials;
import io.millrace.model.wire.Directive;
import io.millrace.model.wire.SessionReport;
import io.millrace.model.wire.StreamReport;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerVitals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClusterApiTest {

    private static final Duration DEADLINE = Duration.ofMillis(700);
    private static final OriginId NGINX = new OriginId("nginx");
    private static final StreamKey SHOW = new StreamKey("v", "live", "show");

    private final ObjectMapper json = new ObjectMapper();
    private final MovableClock clock = new MovableClock();
    private final EventLog events = new EventLog(clock, 1_000);
    private final OriginsStandIn origins = new OriginsStandIn();
    private final ConfigStandIn config = new ConfigStandIn();
    private final StreamState state = StreamState.of(
            new MemoryKeyedStore<>(clock),
            origins,
            config,
            events,
            new RebuildWindow(clock, Duration.ZERO),
            StreamSettings.DEFAULT,
            clock,
            new Random(1));
    private final BindingDirectory directory = new BindingDirectory(state, events, clock);
    private final OriginReports reports = new OriginReports(state, events, StreamSettings.DEFAULT, clock);
    private final WorkerDirectory workers =
            new WorkerDirectory(origins, directory, config, events, clock, new ControlPlaneRun("cp-test"));
    private final Gather gather = new Gather();
    private final OriginApi originApi = new OriginApi(DEADLINE, OriginCredentials.NONE, new ByteBudget(100_000_000));
    private final Envelope envelope = new Envelope("cp-test", 17, "0.1.0");
    private final ClusterWorkers cluster = AloneInTheCluster.workers(workers, clock);
    private final WorkerRows rows = new WorkerRows(origins, new StreamAdmin(state), cluster, clock);
    private final SrsApiSettings settings = new SrsApiSettings(DEADLINE);
    private final ClusterApi api =
            new ClusterApi(origins, gather, originApi, new OriginLists(originApi), rows, settings, envelope, clock);
    private final ClusterKick kick = new ClusterKick(origins, originApi, rows, cluster, settings, envelope, events);
    private final List<FakeSrs> fakes = new ArrayList<>();

    @AfterEach
    void close() {
        fakes.forEach(FakeSrs::close);
        gather.close();
        originApi.close();
    }

    private FakeSrs srs(String name, String captured) {
        FakeSrs fake = new FakeSrs(name).withCaptured(captured);
        fakes.add(fake);
        origins.put(fake.origin());
        return fake;
    }

    private static List<String> members(JsonNode list, String member) {
        return list.valueStream().map(row -> row.path(member).asText()).toList();
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }

    /** Session ends and stream of a worker that serves nginx, which has no API, and the SRS that has one. */
    private void workerOnNginxAnd(OriginId srs) {
        origins.with("nginx");
        StreamKey cam = StreamKey.parse("__defaultVhost__/live/cam");
        workers.hello(new WorkerHello(
                "w1",
                "i1",
                "1",
                "",
                Instant.EPOCH,
                Map.of(),
                "127.0.0.1:9001",
                "",
                null,
                List.of(),
                List.of(
                        new StreamReport(SHOW, NGINX, 1, 1, 2, 1_000, 5_000),
                        new StreamReport(cam, srs, 1, 1, 3, 10, 20)),
                List.of(
                        session("p1", Intent.PUBLISH, SHOW, NGINX, "203.0.113.7:5000"),
                        session("v1", Intent.PLAY, SHOW, NGINX, "[fd00::7]:5000"),
                        session("v2", Intent.PLAY, cam, srs, "203.0.113.8:5000"))));
    }

    private SessionReport session(String id, Intent intent, StreamKey stream, OriginId origin, String address) {
        return new SessionReport(
                id,
                Protocol.RTMP,
                intent,
                stream,
                origin,
                address,
                null,
                clock.instant().minusSeconds(12));
    }

    @Test
    void answersWithTheMembersOfSrsInItsOrder() throws Exception {
        srs("a", "");
        Map<String, Answer> answers = Map.of(
                "versions", api.versions(),
                "summaries", api.summaries(),
                "vhosts", api.vhosts(),
                "streams", api.streams("", ""),
                "clients", api.clients("", ""));
        for (Map.Entry<String, Answer> answer : answers.entrySet()) {
            JsonNode theirs = json.readTree(FakeSrs.captured(answer.getKey() + ".json"));
            JsonNode ours = answer.getValue().json();
            List<String> expected = new ArrayList<>(names(theirs));
            if (answer.getKey().equals("versions")) {
                // What SRS's proxy says of itself.
                expected.addAll(List.of("signature", "version"));
            }
            assertThat(names(ours)).as(answer.getKey()).isEqualTo(expected);
            String list = answer.getKey();
            if (theirs.path(list).isArray()) {
                assertThat(ours.path(list)).hasSameSizeAs(theirs.path(list));
                assertThat(names(ours.path(list).get(0)))
                        .isEqualTo(names(theirs.path(list).get(0)));
            } else {
                assertThat(names(ours.path("data"))).isEqualTo(names(theirs.path("data")));
            }
        }
        JsonNode summary = json.readTree(FakeSrs.captured("summaries.json")).path("data");
        JsonNode ours = api.summaries().json().path("data");
        assertThat(names(ours.path("self"))).isEqualTo(names(summary.path("self")));
        assertThat(names(ours.path("system"))).isEqualTo(names(summary.path("system")));
        assertThat(api.versions().json().toString())
                .isEqualTo("{\"code\":0,\"server\":\"millrace\",\"service\":\"cp-test\",\"pid\":\"17\","
                        + "\"data\":{\"major\":7,\"minor\":0,\"revision\":18,\"version\":\"7.0.18\"},"
                        + "\"signature\":\"millrace\",\"version\":\"0.1.0\"}");
    }

    @Test
    void rowsOfWorkersHaveTheSameMembersAsThoseOfSrs() throws Exception {
        workerOnNginxAnd(srs("a", "").origin().id());
        JsonNode theirs = json.readTree(FakeSrs.captured("stream.json")).path("stream");
        JsonNode stream = last(api.streams("", "").json().path("streams"));
        assertThat(names(stream)).isEqualTo(names(theirs));
        assertThat(names(stream.path("publish"))).isEqualTo(names(theirs.path("publish")));
        assertThat(names(last(api.clients("", "").json().path("clients"))))
                .isEqualTo(names(json.readTree(FakeSrs.captured("client.json")).path("client")));
        assertThat(names(last(api.vhosts().json().path("vhosts"))))
                .isEqualTo(names(json.readTree(FakeSrs.captured("vhosts.json"))
                        .path("vhosts")
                        .get(0)));
    }

    private static JsonNode last(JsonNode list) {
        return list.get(list.size() - 1);
    }

    @Test
    void idsAreUniqueAndLeadBack() {
        FakeSrs a = srs("a", "");
        FakeSrs b = srs("b", "");
        JsonNode streams = api.streams("", "").json().path("streams");
        assertThat(members(streams, "id")).containsExactly("a.vid-405044u", "b.vid-405044u");
        assertThat(members(streams, "vhost")).containsOnly("vhost.__defaultVhost__");
        assertThat(streams.get(1).path("publish").path("cid").asText()).isEqualTo("b.7c9c9068");
        JsonNode clients = api.clients("", "").json().path("clients");
        assertThat(members(clients, "id")).hasSize(8).doesNotHaveDuplicates().contains("b.7c9c9068");
        assertThat(members(clients, "stream")).containsOnly("a.vid-405044u", "b.vid-405044u");

        b.answer("/api/v1/streams/vid-405044u", FakeSrs.captured("stream.json"));
        JsonNode stream = api.stream("b.vid-405044u").json();
        assertThat(stream.path("code").asInt()).isZero();
        assertThat(stream.path("stream").path("id").asText()).isEqualTo("b.vid-405044u");
        assertThat(stream.path("stream").path("vhost").asText()).isEqualTo("vhost.__defaultVhost__");
        b.answer("/api/v1/clients/3682r4j9", FakeSrs.captured("client.json"));
        assertThat(api.client("b.3682r4j9").json().path("client").path("stream").asText())
                .isEqualTo("b.vid-405044u");
        assertThat(a.requests).noneMatch(request -> request.contains("vid-405044u") || request.contains("3682r4j9"));
    }

    @ParameterizedTest
    @CsvSource({"none,2048,2049", "a.none,2048,2049", "zzz.vid-1,2048,2049", "a.../x,2048,2049", "a.,2048,2049"})
    void unknownIdsGetTheCodesOfSrs(String id, int stream, int client) {
        FakeSrs a = srs("a", "");
        a.answer("/api/v1/clients/none", "{\"code\":2049}");
        assertThat(api.stream(id)).isEqualTo(Envelope.code(stream));
        assertThat(api.client(id)).isEqualTo(Envelope.code(client));
        assertThat(kick.kick(id, "test")).isEqualTo(Envelope.code(client));
        assertThat(api.vhost(id)).isEqualTo(Envelope.code(Envelope.VHOST_NOT_FOUND));
    }

    @Test
    void vhostsOfOneNameAreOne() {
        srs("a", "");
        srs("b", "");
        srs("c", "-2");
        JsonNode vhosts = api.vhosts().json().path("vhosts");
        assertThat(members(vhosts, "id")).containsExactly("vhost.__defaultVhost__", "vhost.other.example");
        JsonNode merged = vhosts.get(0);
        assertThat(merged.path("clients").asInt()).isEqualTo(8);
        assertThat(merged.path("streams").asInt()).isEqualTo(2);
        assertThat(merged.path("send_bytes").asLong()).isEqualTo(2 * 307_128L);
        assertThat(merged.path("hls").path("enabled").asBoolean()).isTrue();
        assertThat(api.vhost("vhost.other.example")
                        .json()
                        .path("vhost")
                        .path("name")
                        .asText())
                .isEqualTo("other.example");
    }

    @Test
    void summariesAddWhatCanBeAdded() {
        srs("a", "");
        srs("b", "");
        workerOnNginxAnd(new OriginId("a"));
        JsonNode data = api.summaries().json().path("data");
        assertThat(data.path("ok").asBoolean()).isTrue();
        assertThat(data.path("system").path("cpus").asInt()).isEqualTo(4);
        assertThat(data.path("system").path("cpu_percent").asDouble()).isEqualTo(0.98);
        assertThat(data.path("system").path("conn_srs").asInt()).isEqualTo(4 + 4 + 3);
        assertThat(data.path("system").path("srs_recv_bytes").asLong()).isEqualTo(2 * 218_979L + 1_000);
        assertThat(data.path("self").path("mem_kbyte").asLong()).isEqualTo(2 * 32_224L);
        assertThat(data.path("self").path("argv").asText()).isEmpty();
    }

    @Test
    void answersWithoutAnyOrigin() {
        assertThat(api.versions().json().path("data").path("version").asText()).isEqualTo("0.1.0");
        assertThat(api.summaries().json().path("data").path("ok").asBoolean()).isTrue();
        assertThat(api.streams("", "").json().path("streams")).isEmpty();
        assertThat(api.vhosts().json().path("vhosts")).isEmpty();
    }

    @Test
    void takesTheLowestVersion() {
        srs("a", "");
        srs("b", "")
                .answer(
                        "/api/v1/versions",
                        "{\"code\":0,\"data\":{\"major\":6,\"minor\":0,\"revision\":155,\"version\":\"6.0.155\"}}");
        assertThat(api.versions().json().path("data").path("version").asText()).isEqualTo("6.0.155");
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"HANGS", "STALLS", "REFUSES"})
    void originThatFailsCostsItsShareAndIsNamed(Mode mode) {
        srs("a", "");
        srs("b", "-2").mode(mode);
        long before = System.nanoTime();
        for (Answer answer : List.of(api.streams("", ""), api.vhosts(), api.versions())) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("code").asInt()).isZero();
            assertThat(members(answer.json().path("missing"), "origin")).containsExactly("b");
            assertThat(answer.json().path("missing").get(0).path("why").asText())
                    .isEqualTo(
                            mode == Mode.REFUSES
                                    ? "it answered HTTP 401: it wants another MILLRACE_ORIGIN_API_AUTH"
                                    : "no answer within 700 ms");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(DEADLINE.multipliedBy(6));
        assertThat(members(api.streams("", "").json().path("streams"), "id")).containsExactly("a.vid-405044u");
        Answer one = api.stream("b.vid-1");
        assertThat(one.status()).isEqualTo(502);
        assertThat(members(one.json().path("missing"), "origin")).containsExactly("b");
        assertThat(kick.kick("b.x", "test").status()).isEqualTo(502);
    }

    @Test
    void originThatFloodsIsReadNoFurtherThanTheLimit() {
        srs("a", "");
        srs("b", "-2").mode(Mode.FLOODS);
        // Four megabytes take a busy machine longer than the others' deadline.
        ClusterApi patient = new ClusterApi(
                origins,
                gather,
                originApi,
                new OriginLists(originApi),
                rows,
                new SrsApiSettings(Duration.ofSeconds(30)),
                envelope,
                clock);
        JsonNode answer = patient.streams("", "").json();
        assertThat(members(answer.path("missing"), "why")).containsExactly("its answer is longer than 4194304 bytes");
        assertThat(members(answer.path("streams"), "id")).containsExactly("a.vid-405044u");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html></html>|its answer is no JSON",
                "[]|its answer is no JSON object with a code",
                "{\"code\":\"0\"}|its answer is no JSON object with a code",
                "{\"code\":1061}|it answered code 1061 and no streams",
                "{\"code\":0,\"streams\":{}}|it answered code 0 and no streams",
                "{\"code\":0,\"streams\":[|its answer is no JSON"
            })
    void garbageIsNamed(String body, String why) {
        srs("a", "").answer("/api/v1/streams/", body);
        Answer answer = api.streams("", "");
        assertThat(answer.json().path("streams")).isEmpty();
        assertThat(answer.json().path("missing").get(0).path("why").asText()).isEqualTo(why);
    }

    @Test
    void rowsThatAreNoRowsAreLeftOut() {
        srs("a", "").answer("/api/v1/streams/", "{\"code\":0,\"streams\":[1,null,{},{\"id\":\"x\",\"publish\":3}]}");
        assertThat(members(api.streams("", "").json().path("streams"), "id")).containsExactly("a.x");
    }

    @Test
    void originThatIsDownIsNotWaitedFor() {
        FakeSrs a = srs("a", "").mode(Mode.HANGS);
        origins.put(a.origin().withState(OriginState.DOWN));
        Answer answer = api.streams("", "");
        assertThat(answer.json().path("missing").get(0).path("why").asText()).isEqualTo("it is down");
        assertThat(a.requests).isEmpty();
    }

    @Test
    void pagesOverTheMergedWhole() {
        srs("a", "").answer("/api/v1/streams/", query -> numbered("a", 700, query));
        srs("b", "").answer("/api/v1/streams/", query -> numbered("b", 30, query));
        List<String> first = members(api.streams("", "3").json().path("streams"), "id");
        assertThat(first).hasSize(10).startsWith("a.a0000").endsWith("a.a0009");
        List<String> joint = members(api.streams("695", "20").json().path("streams"), "id");
        assertThat(joint)
                .hasSize(20)
                .startsWith("a.a0695")
                .contains("a.a0699", "b.b0000")
                .endsWith("b.b0014");
        assertThat(members(api.streams("720", "50").json().path("streams"), "id"))
                .hasSize(10)
                .endsWith("b.b0029");
        assertThat(api.streams("900", "10").json().path("streams")).isEmpty();
        List<String> all = IntStream.range(0, 73)
                .mapToObj(page ->
                        members(api.streams(page * 10 + "", "10").json().path("streams"), "id"))
                .flatMap(List::stream)
                .toList();
        assertThat(all).hasSize(730).doesNotHaveDuplicates();
    }

    @Test
    void aDeepPageFetchesItselfAndNotWhatIsBeforeIt() {
        FakeSrs a = srs("a", "").answer("/api/v1/streams/", query -> numbered("a", 20_000, query));
        FakeSrs b = srs("b", "").answer("/api/v1/streams/", query -> numbered("b", 3_000, query));
        AtomicInteger rowsSent = new AtomicInteger();
        for (FakeSrs fake : List.of(a, b)) {
            String name = fake == a ? "a" : "b";
            int size = fake == a ? 20_000 : 3_000;
            fake.answer("/api/v1/streams/", query -> {
                String answer = numbered(name, size, query);
                rowsSent.addAndGet(answer.split("\"id\"", -1).length - 1);
                return answer;
            });
        }
        assertThat(members(api.streams("22000", "20").json().path("streams"), "id"))
                .hasSize(20)
                .startsWith("b.b2000")
                .endsWith("b.b2019");
        assertThat(rowsSent).as("rows that the origins had to send").hasValueLessThan(500);
        int before = rowsSent.get();
        assertThat(members(api.streams("22020", "20").json().path("streams"), "id"))
                .startsWith("b.b2020");
        assertThat(rowsSent.get() - before).as("rows of the next page").isLessThanOrEqualTo(200);
    }

    @Test
    void allQuestionsTogetherHaveOneBudgetAndAListThatWasCutSaysSo() throws Exception {
        srs("a", "").answer("/api/v1/streams/", query -> numbered("a", 5_000, query));
        ByteBudget budget = new ByteBudget(600_000);
        try (OriginApi narrow = new OriginApi(DEADLINE, OriginCredentials.NONE, budget)) {
            ClusterApi bounded =
                    new ClusterApi(origins, gather, narrow, new OriginLists(narrow), rows, settings, envelope, clock);
            JsonNode whole = bounded.streams("0", "20").json();
            assertThat(whole.has("truncated")).isFalse();
            assertThat(whole.path("streams")).hasSize(20);
            JsonNode cut = bounded.streams("0", "5000").json();
            assertThat(cut.path("truncated").asBoolean()).isTrue();
            assertThat(cut.path("streams").size()).isLessThan(5_000);
            assertThat(cut.path("missing").get(0).path("why").asText())
                    .isEqualTo("there is no room for its answer now");
            assertThat(budget.used()).as("given back").isZero();
            assertThat(budget.take(600_000)).isTrue();
            assertThat(bounded.streams("0", "20").json().path("truncated").asBoolean())
                    .as("while other questions hold all of it")
                    .isTrue();
        }
    }

    /** As SRS pages: never less than ten. */
    private static String numbered(String name, int size, String query) {
        Map<String, Integer> asked = Stream.of(query.split("&", -1))
                .map(pair -> pair.split("=", -1))
                .collect(Collectors.toMap(pair -> pair[0], pair -> ClusterApi.number(pair[1])));
        int start = asked.getOrDefault("start", 0);
        return "{\"code\":0,\"streams\":["
                + IntStream.range(start, Math.min(size, start + Math.max(10, asked.getOrDefault("count", 0))))
                        .mapToObj(i -> "{\"id\":\"%s%04d\",\"url\":\"/live/%s%d\"}".formatted(name, i, name, i))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    @Test
    void originThatDoesNotPageIsReadOnce() {
        FakeSrs a = srs("a", "").answer("/api/v1/streams/", numbered("a", 1_200, "start=0&count=1200"));
        assertThat(members(api.streams("0", "2000").json().path("streams"), "id"))
                .hasSize(1_200);
        assertThat(a.requests).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void olderOriginsNameTheirVhostsByIdOnly() {
        srs("a", "-2").answer("/api/v1/streams/", "{\"code\":0,\"streams\":[{\"id\":5,\"vhost\":\"vid-80y5934\"}]}");
        JsonNode stream = api.streams("", "").json().path("streams").get(0);
        assertThat(stream.path("id").asText()).isEqualTo("a.5");
        assertThat(stream.path("vhost").asText()).isEqualTo("vhost.other.example");
    }

    @Test
    void workersFillInForOriginsWithoutAnApiAndOnlyForThose() {
        workerOnNginxAnd(srs("a", "").origin().id());
        JsonNode streams = api.streams("", "").json().path("streams");
        assertThat(members(streams, "name")).containsExactly("cam", "show");
        JsonNode show = streams.get(1);
        assertThat(show.path("clients").asInt()).isEqualTo(3);
        assertThat(show.path("recv_bytes").asLong()).isEqualTo(1_000);
        assertThat(show.path("publish").path("cid").asText()).isEqualTo("nginx.p1~w1");
        assertThat(show.path("url").asText()).isEqualTo("v/live/show");
        assertThat(api.stream(show.path("id").asText()).json().path("stream")).isEqualTo(show);
        JsonNode clients = api.clients("", "").json().path("clients");
        assertThat(members(clients, "id")).hasSize(6).endsWith("nginx.p1~w1", "nginx.v1~w1");
        JsonNode viewer = clients.get(5);
        assertThat(viewer.path("ip").asText()).isEqualTo("fd00::7");
        assertThat(viewer.path("type").asText()).isEqualTo("rtmp-play");
        assertThat(viewer.path("alive").asDouble()).isEqualTo(12);
        assertThat(viewer.path("stream").asText()).isEqualTo(show.path("id").asText());
        assertThat(api.client("nginx.v1~w1").json().path("client")).isEqualTo(viewer);
        assertThat(members(api.vhosts().json().path("vhosts"), "id"))
                .containsExactly("vhost.__defaultVhost__", "vhost.v");
        assertThat(api.vhost("vhost.v").json().path("vhost").path("streams").asInt())
                .isEqualTo(1);
    }

    @Test
    void streamsThatAnOriginWithoutAnApiTellsOfAreThereToo() {
        origins.with("hooked");
        reports.published(SHOW, new OriginId("hooked"), "s", "c1");
        ObjectNode stream =
                (ObjectNode) api.streams("", "").json().path("streams").get(0);
        assertThat(stream.path("publish").path("active").asBoolean()).isTrue();
        assertThat(stream.path("clients").asInt()).isEqualTo(1);
    }

    @Test
    void kicksAtTheRightOrigin() {
        FakeSrs a = srs("a", "");
        FakeSrs b = srs("b", "");
        b.answer("/api/v1/clients/7c9c9068", "{\"code\":0,\"server\":\"x\",\"service\":\"y\",\"pid\":\"1\"}");
        Answer answer = kick.kick("b.7c9c9068", "srs-api 203.0.113.9");
        assertThat(answer.json().toString())
                .isEqualTo("{\"code\":0,\"server\":\"millrace\",\"service\":\"cp-test\",\"pid\":\"17\"}");
        assertThat(a.requests).isEmpty();
        assertThat(b.requests).containsExactly("DELETE /api/v1/clients/7c9c9068");
        assertThat(events.after(0, event -> true, 10)).extracting(Event::actor).contains("srs-api 203.0.113.9");
    }

    @Test
    void kicksASessionAtItsWorkerWhereTheOriginHasNoApi() {
        workerOnNginxAnd(srs("a", "").origin().id());
        assertThat(kick.kick("nginx.v1~w1", "test").json().path("code").asInt()).isZero();
        assertThat(workers.report(
                                "w1",
                                new WorkerReport(
                                        "i1",
                                        WorkerReport.Phase.SERVING,
                                        null,
                                        WorkerVitals.NONE,
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        List.of()))
                        .directives())
                .filteredOn(directive -> directive.action() == Directive.Action.END_SESSION)
                .extracting(Directive::session)
                .containsExactly("v1");
        // The session of an origin with an API is to be ended there, under the name that it has there.
        assertThat(kick.kick("a.v2~w1", "test")).isEqualTo(Envelope.code(2049));
    }

    @ParameterizedTest
    @CsvSource({"'',0", "7,7", "' 12x',12", "-3,-3", "abc,0", "+5,5", "99999999999,2147483647"})
    void readsNumbersAsSrsDoes(String text, int value) {
        assertThat(ClusterApi.number(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:5,192.0.2.1",
        "[fd00::1]:5,fd00::1",
        "fd00::1,fd00::1",
        "192.0.2.1,192.0.2.1",
        "'',''",
        ":5,''"
    })
    void leavesThePortOutOfAnAddress(String address, String ip) {
        assertThat(AddressText.host(address)).isEqualTo(ip);
    }

    @Test
    void aControlPlaneThatDoesNotAnswerIsNamedWhereItsSessionsAreMissing() {
        workerOnNginxAnd(srs("a", "").origin().id());
        ClusterWorkers twoPlanes = AloneInTheCluster.withASilentPeer(workers, clock);
        WorkerRows some = new WorkerRows(origins, new StreamAdmin(state), twoPlanes, clock);
        ClusterApi partial =
                new ClusterApi(origins, gather, originApi, new OriginLists(originApi), some, settings, envelope, clock);
        assertThat(members(partial.clients("", "").json().path("missing"), "control_plane"))
                .containsExactly("cp-gone");
        assertThat(members(partial.streams("", "").json().path("missing"), "name"))
                .containsExactly("gone");
        assertThat(api.clients("", "").json().has("missing")).isFalse();
    }
}
