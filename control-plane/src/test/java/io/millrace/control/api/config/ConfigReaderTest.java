package io.millrace.control.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.api.InvalidBodyException;
import io.millrace.control.api.Problem;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRevision;
import io.millrace.control.config.OriginOverride;
import io.millrace.control.config.StaticOrigin;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Policy;
import io.millrace.model.table.ClientTrait;
import io.millrace.model.table.ClusterSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {

    private static final String EMPTY = """
            {"formatVersion":1,"staticOrigins":[],"overrides":{},"rules":[],"vhosts":[],
             "settings":{"reportMillis":2000,"bindingFreshMillis":1000}}""";
    private static final String ORIGIN = """
            {"ip":"10.0.0.1","endpoints":{"rtmp":"1935"}}""";

    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    @Test
    void takesBackWhatWasGivenOut() throws Exception {
        ClusterConfig config = new ClusterConfig(
                List.of(
                        origin("nginx", "10.0.0.1", Listener.RTMP, "10.0.0.1", 1935),
                        origin("", "fd00::1", Listener.HTTP, "fd00::2", 8080)),
                Map.of(
                        new OriginId("o-1"),
                        new OriginOverride(Admission.DRAINING, null, Map.of()),
                        new OriginId("o-2"),
                        new OriginOverride(null, 0, null)),
                List.of(
                        new PlacementRule(
                                "gold",
                                "gold.*",
                                "a?",
                                "*",
                                Policy.ROUND_ROBIN,
                                "eu",
                                Map.of("t", "g"),
                                0,
                                Delivery.RELAY),
                        PlacementRule.DEFAULT),
                List.of("z.example", "a.example"),
                new ClusterSettings(
                        100,
                        0,
                        Map.of(
                                "*", Set.of(),
                                "__defaultVhost__", Set.of(ClientTrait.ADDRESS),
                                "z.example", Set.of(ClientTrait.USER_AGENT, ClientTrait.REFERER))),
                List.of(
                        new AccessRule(
                                "gold",
                                "gold.*",
                                "a?",
                                "*",
                                new AccessCheck.Signed(List.of("there")),
                                new AccessCheck.Callback(URI.create("http://10.0.0.8/check?a=b"), 500, 7, true)),
                        new AccessRule(
                                "rest",
                                "*",
                                "*",
                                "*",
                                new AccessCheck.Jwt(URI.create("https://id.example/keys"), List.of(), "id", "live"),
                                new AccessCheck.None())));
        ConfigRevision revision = new ConfigRevision(
                1_763_757_000_123_456L, Instant.parse("2026-01-01T00:00:00.5Z"), "operator", "", config);
        byte[] given = json.writeValueAsBytes(ConfigDocument.of(revision));
        assertThat(read(given)).isEqualTo(config);
        byte[] again = json.writeValueAsBytes(ConfigDocument.of(
                new ConfigRevision(revision.version(), revision.at(), revision.actor(), "", read(given))));
        assertThat(new String(again, StandardCharsets.UTF_8)).isEqualTo(new String(given, StandardCharsets.UTF_8));
    }

    private static StaticOrigin origin(String server, String ip, Listener listener, String host, int port) {
        return new StaticOrigin(
                OriginId.of(server, ip, port),
                server,
                ip,
                OriginKind.NGINX_RTMP,
                Map.of(listener, List.of(new Endpoint(Transport.TCP, host, port))),
                "zone",
                Map.of("disk", "fast"),
                7);
    }

    @Test
    void aDocumentWithoutRulesOfAccessOpensNoStream() {
        ClusterConfig closed = ClusterConfig.EMPTY.withAccessRules(List.of(new AccessRule(
                "all", "*", "*", "*", new AccessCheck.Signed(List.of("there")), new AccessCheck.None())));
        byte[] without = EMPTY.getBytes(StandardCharsets.UTF_8);
        byte[] empty = EMPTY.replaceFirst("}}$", "},\"accessRules\":[]}").getBytes(StandardCharsets.UTF_8);
        assertThat(ConfigReader.read(without, "there"::equals).apply(closed)).isEqualTo(closed);
        assertThat(ConfigReader.read(empty, "there"::equals).apply(closed)).isEqualTo(ClusterConfig.EMPTY);
    }

    @Test
    void namesWhatIsWrongInTheRulesOfAccess() {
        String wrong = EMPTY.replaceFirst(
                "}}$", "},\"accessRules\":[{\"name\":\"a\",\"play\":{\"type\":\"signed\",\"keys\":[\"missing\"]}},7]}");
        assertThat(errors(wrong))
                .extracting(Problem.Mistake::field)
                .containsExactly("accessRules[0].play.keys[0]", "accessRules[1]");
    }

    @Test
    void takesTheEmptyDocument() {
        assertThat(read(EMPTY)).isEqualTo(ClusterConfig.EMPTY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "formatVersion            | \"formatVersion\":1    | \"formatVersion\":0",
                "formatVersion            | \"formatVersion\":1    | \"formatVersion\":\"1\"",
                "formatVersion            | \"formatVersion\":1,   | ",
                "ruels                    | \"rules\":[]           | \"rules\":[],\"ruels\":[]",
                "rules                    | \"rules\":[],          | ",
                "rules                    | \"rules\":[]           | \"rules\":null",
                "rules[0].polcy           | \"rules\":[]           | \"rules\":[{\"name\":\"a\",\"polcy\":\"random\"}]",
                "rules[1].name            | \"rules\":[]           | \"rules\":[{\"name\":\"a\"},{\"name\":\"a\"}]",
                "rules[0]                 | \"rules\":[]           | \"rules\":[7]",
                "vhosts[1]                | \"vhosts\":[]          | \"vhosts\":[\"a\",\"A\"]",
                "vhosts                   | \"vhosts\":[]          | \"vhosts\":\"a\"",
                "settings.reportMillis    | 2000                   | 99",
                "settings.reportMillis    | 2000                   | 1e3",
                "settings.reportMillis    | \"reportMillis\":2000, | ",
                "settings.bindingFreshMillis | 1000                | 60001",
                "settings.retries         | 1000                   | 1000,\"retries\":1",
                "settings.clientTraits    | 1000                   | 1000,\"clientTraits\":[]",
                "settings.clientTraits    | 1000                   | 1000,\"clientTraits\":{\"a b\":[]}",
                "settings.clientTraits.a  | 1000                   | 1000,\"clientTraits\":{\"a\":\"address\"}",
                "settings.clientTraits.a  | 1000                   | 1000,\"clientTraits\":{\"a\":[\"cookie\"]}",
                "settings.clientTraits.a  | 1000                   | 1000,\"clientTraits\":{\"a\":[\"address\",\"address\"]}",
                "staticOrigins            | \"staticOrigins\":[]   | \"staticOrigins\":{}",
                "staticOrigins[0]         | \"staticOrigins\":[]   | \"staticOrigins\":[1]",
                "staticOrigins[1]         | \"staticOrigins\":[]   | \"staticOrigins\":[ORIGIN,ORIGIN]",
                "staticOrigins[0].id      | \"staticOrigins\":[]   | \"staticOrigins\":[{\"id\":\"o-x\",\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":\"1935\"}}]",
                "staticOrigins[0].wieght  | \"staticOrigins\":[]   | \"staticOrigins\":[{\"wieght\":1,\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":\"1935\"}}]",
                "staticOrigins[0].endpoints.rtmp | \"staticOrigins\":[] | \"staticOrigins\":[{\"ip\":\"10.0.0.1\",\"endpoints\":{\"rtmp\":\"99999\"}}]",
                "overrides                | \"overrides\":{}       | \"overrides\":[]",
                "overrides.o-1            | \"overrides\":{}       | \"overrides\":{\"o-1\":{}}",
                "overrides.o-1            | \"overrides\":{}       | \"overrides\":{\"o-1\":7}",
                "overrides.o-1.weight     | \"overrides\":{}       | \"overrides\":{\"o-1\":{\"weight\":-1}}",
                "overrides.o-1.admission  | \"overrides\":{}       | \"overrides\":{\"o-1\":{\"admission\":\"shut\"}}",
                "overrides.o-1.state      | \"overrides\":{}       | \"overrides\":{\"o-1\":{\"weight\":1,\"state\":\"up\"}}",
                "overrides.a b            | \"overrides\":{}       | \"overrides\":{\"a b\":{\"weight\":1}}",
            })
    void namesWhatIsWrongByItsPlace(String field, String good, String bad) {
        String body = EMPTY.replace(good, bad == null ? "" : bad.replace("ORIGIN", ORIGIN));
        assertThat(body).isNotEqualTo(EMPTY);
        assertThat(errors(body)).singleElement().satisfies(error -> {
            assertThat(error.field()).isEqualTo(field);
            assertThat(error.detail()).contains(field);
        });
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        assertThat(errors("""
                        {"formatVersion":1,
                         "staticOrigins":[{"ip":"0.0.0.0","kind":"x","weight":-1,"endpoints":{"ftp":["21"],"rtmp":["x"]}}],
                         "overrides":{"o-1":{"weight":"heavy","labels":7}},
                         "rules":[{"name":"a"},{"policy":"best","standbys":99}],
                         "vhosts":["ok","not ok"],
                         "settings":{"reportMillis":1,"bindingFreshMillis":-1}}"""))
                .extracting(Problem.Mistake::field)
                .containsExactlyInAnyOrder(
                        "staticOrigins[0].ip",
                        "staticOrigins[0].kind",
                        "staticOrigins[0].weight",
                        "staticOrigins[0].endpoints.ftp",
                        "staticOrigins[0].endpoints.rtmp",
                        "overrides.o-1.weight",
                        "overrides.o-1.labels",
                        "rules[1].name",
                        "rules[1].policy",
                        "rules[1].standbys",
                        "vhosts[1]",
                        "settings.reportMillis",
                        "settings.bindingFreshMillis");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"standbys\":1 | standbys | is 1, which has no effect in this version; allowed is 0",
                "\"delivery\":\"edge\" | delivery | is 'edge', which has no effect in this version; allowed is relay"
            })
    void refusesAValueOfARuleThatHasNoEffect(String value, String field, String why) {
        String rules = "\"rules\":[{\"name\":\"kept\"},{\"name\":\"a\"," + value + "}]";
        assertThat(errors(EMPTY.replace("\"rules\":[]", rules)))
                .containsExactly(new Problem.Mistake("rules[1]." + field, "rules[1]." + field + " " + why));
    }

    @Test
    void listsNoMoreMistakesThanAreRead() {
        String vhosts = IntStream.range(0, 500).mapToObj(i -> "\"-" + i + "\"").collect(Collectors.joining(","));
        InvalidBodyException refusal = refusal(EMPTY.replace("\"vhosts\":[]", "\"vhosts\":[" + vhosts + "]"));
        assertThat(refusal.errors()).hasSize(100);
        assertThat(refusal).hasMessageContaining("500 mistakes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "body          | {",
                "body          | []",
                "body          | {\"rules\":[],\"rules\":[]}",
                "formatVersion | {\"formatVersion\":2,\"whatever\":true}",
            })
    void doesNotLookIntoWhatItCannotRead(String field, String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        InvalidFieldException.class,
                        mistake -> assertThat(mistake.field()).isEqualTo(field));
    }

    private static ClusterConfig read(String body) {
        return read(body.getBytes(StandardCharsets.UTF_8));
    }

    private static ClusterConfig read(byte[] body) {
        return ConfigReader.read(body, "there"::equals).apply(ClusterConfig.EMPTY);
    }

    private static InvalidBodyException refusal(String body) {
        return catchThrowableOfType(InvalidBodyException.class, () -> read(body));
    }

    private static List<Problem.Mistake> errors(String body) {
        return refusal(body).errors();
    }
}
