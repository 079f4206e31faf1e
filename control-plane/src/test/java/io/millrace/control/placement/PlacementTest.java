package io.millrace.control.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.control.placement.Decision.Candidate;
import io.millrace.model.Admission;
import io.millrace.model.Endpoint;
import io.millrace.model.Incarnation;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.Transport;
import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Policy;
import io.millrace.model.placement.Rendezvous;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private final RandomGenerator random = new SplittableRandom(1);

    @Test
    void roundRobinTakesEqualOriginsOneAfterTheOther() {
        List<Origin> origins = List.of(origin("c", 100), origin("a", 100), origin("b", 100));
        List<String> chosen = new ArrayList<>();
        for (long turn = 0; turn < 6; turn++) {
            chosen.add(chosenName(origins, Policy.ROUND_ROBIN, PlacementTest::noFigures, turn));
        }
        assertThat(chosen.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(chosen.subList(3, 6)).isEqualTo(chosen.subList(0, 3));
    }

    @Test
    void roundRobinGivesEveryOriginItsExactShareInEachRound() {
        List<Origin> origins = List.of(origin("a", 7), origin("b", 300), origin("c", 101), origin("d", 1));
        Map<String, Integer> counts = new HashMap<>();
        for (long turn = 0; turn < 409; turn++) {
            counts.merge(chosenName(origins, Policy.ROUND_ROBIN, PlacementTest::noFigures, turn), 1, Integer::sum);
        }
        assertThat(counts).isEqualTo(Map.of("a", 7, "b", 300, "c", 101, "d", 1));
    }

    @Test
    void roundRobinSpreadsTheTurnsOfAHeavyOrigin() {
        List<Origin> origins = List.of(origin("a", 300), origin("b", 100));
        List<String> round = new ArrayList<>();
        for (long turn = 0; turn < 8; turn++) {
            round.add(chosenName(origins, Policy.ROUND_ROBIN, PlacementTest::noFigures, turn));
        }
        assertThat(String.join("", round)).doesNotContain("aaaaaa").doesNotContain("bb");
    }

    @Test
    void randomFollowsTheWeights() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 200), origin("c", 700));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            counts.merge(chosenName(origins, Policy.RANDOM, PlacementTest::noFigures, 0), 1, Integer::sum);
        }
        assertThat(counts.get("a")).isCloseTo(1_000, within(150));
        assertThat(counts.get("b")).isCloseTo(2_000, within(200));
        assertThat(counts.get("c")).isCloseTo(7_000, within(200));
    }

    @Test
    void rendezvousIsTheOrderThatWorkersCompute() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 200), origin("c", 700));
        Decision decision = choose(origins, Policy.RENDEZVOUS, PlacementTest::noFigures, 0);
        assertThat(decision.candidates().stream().map(Candidate::origin))
                .containsExactlyElementsOf(Rendezvous.order(STREAM, origins).stream()
                        .map(Origin::id)
                        .toList());
    }

    @Test
    void leastLoadTakesTheLighterOfTwo() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 100));
        Function<OriginId, OriginLoad> loads = loads(Map.of("a", load(1_000, 10, 20), "b", load(900, 9, 19)));
        for (int i = 0; i < 100; i++) {
            assertThat(chosenName(origins, Policy.LEAST_LOAD, loads, 0)).isEqualTo("b");
        }
    }

    @Test
    void leastLoadNeverTakesTheHeaviestOfThreeAndStillSpreads() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 100), origin("c", 100));
        Function<OriginId, OriginLoad> loads =
                loads(Map.of("a", load(100, 1, 5), "b", load(200, 2, 6), "c", load(900, 9, 60)));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            counts.merge(chosenName(origins, Policy.LEAST_LOAD, loads, 0), 1, Integer::sum);
        }
        assertThat(counts).doesNotContainKey("c");
        assertThat(counts.get("a")).isCloseTo(2_000, within(150));
        assertThat(counts.get("b")).isCloseTo(1_000, within(150));
    }

    @Test
    void leastLoadSettlesWhereLoadsFollowTheWeights() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 200), origin("c", 300));
        Map<String, Integer> sessions = new HashMap<>(Map.of("a", 0, "b", 0, "c", 0));
        for (int i = 0; i < 6_000; i++) {
            String chosen = chosenName(
                    origins,
                    Policy.LEAST_LOAD,
                    loadsOf(name -> new OriginLoad(
                            OptionalDouble.empty(),
                            OptionalInt.of(sessions.getOrDefault(name, 0)),
                            OptionalDouble.empty())),
                    0);
            sessions.merge(chosen, 1, Integer::sum);
        }
        assertThat(sessions.get("a")).isCloseTo(1_000, within(30));
        assertThat(sessions.get("b")).isCloseTo(2_000, within(30));
        assertThat(sessions.get("c")).isCloseTo(3_000, within(30));
    }

    @Test
    void anOriginWithoutFiguresStandsBetweenTheLightAndTheHeavyOne() {
        List<Origin> origins = List.of(origin("heavy", 100), origin("light", 100), origin("silent", 100));
        Function<OriginId, OriginLoad> loads =
                loads(Map.of("heavy", load(1_000, 100, 90), "light", load(10, 1, 1), "silent", OriginLoad.UNKNOWN));
        assertThat(chosenName(List.of(origins.get(0), origins.get(1), origins.get(2)), Policy.LEAST_LOAD, loads, 0))
                .isNotEqualTo("heavy");
        for (int i = 0; i < 50; i++) {
            Decision decision = choose(origins, Policy.LEAST_LOAD, loads, 0);
            String first = decision.chosen().orElseThrow().name();
            if (first.startsWith("silent")) {
                assertThat(decision.chosen().orElseThrow().reason()).contains("drawn together with heavy");
            }
        }
    }

    @Test
    void withoutAnyFigureTheDrawDecides() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 100), origin("c", 200));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 4_000; i++) {
            counts.merge(chosenName(origins, Policy.LEAST_LOAD, PlacementTest::noFigures, 0), 1, Integer::sum);
        }
        assertThat(counts.get("a")).isCloseTo(1_000, within(150));
        assertThat(counts.get("c")).isCloseTo(2_000, within(150));
    }

    @Test
    void figuresThatMakeNoSenseCountAsMissing() {
        List<Origin> origins = List.of(origin("a", 100), origin("b", 100));
        Function<OriginId, OriginLoad> loads = loads(Map.of(
                "a", new OriginLoad(OptionalDouble.of(Double.NaN), OptionalInt.of(-3), OptionalDouble.of(-1)),
                "b", new OriginLoad(OptionalDouble.empty(), OptionalInt.of(5), OptionalDouble.empty())));
        assertThat(choose(origins, Policy.LEAST_LOAD, loads, 0)
                        .chosen()
                        .orElseThrow()
                        .reason())
                .contains("burden 1.000");
    }

    @Test
    void saysOfEveryOriginWhyItWasNotTaken() {
        Origin tried = origin("tried", 100);
        List<Origin> origins = List.of(
                origin("down", 100).withState(OriginState.DOWN),
                origin("suspect", 100).withState(OriginState.SUSPECT),
                origin("cordoned", 100).withAdmission(Admission.CORDONED),
                origin("draining", 100).withAdmission(Admission.DRAINING),
                origin("weightless", 0),
                tried,
                origin("good", 100));
        Decision decision = Placement.choose(
                origins,
                new PlacementRequest(STREAM, Intent.PUBLISH, Protocol.RTMP, Map.of(tried.id(), "was tried")),
                rule(Policy.LEAST_LOAD),
                PlacementTest::noFigures,
                random,
                0);
        Map<String, String> reasons = new HashMap<>();
        decision.candidates().forEach(candidate -> reasons.put(bare(candidate.name()), candidate.reason()));
        assertThat(reasons)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "down", "is down",
                        "suspect", "is suspect while others are up",
                        "cordoned", "is cordoned",
                        "draining", "is draining",
                        "weightless", "has weight 0",
                        "tried", "was tried",
                        "good", "the only choice"));
        assertThat(decision.candidates().getFirst().name()).startsWith("good");
    }

    @Test
    void filtersByProtocolZoneAndLabels() {
        Origin here = with(origin("here", 100), "eu", Map.of("tier", "gold"));
        Origin there = with(origin("there", 100), "us", Map.of("tier", "gold"));
        Origin plain = with(origin("plain", 100), "eu", Map.of());
        PlacementRule rule = new PlacementRule(
                "gold", "*", "*", "*", Policy.RANDOM, "eu", Map.of("tier", "gold"), 0, Delivery.RELAY);
        Decision decision = Placement.choose(
                List.of(here, there, plain), request(Protocol.RTMP), rule, PlacementTest::noFigures, random, 0);
        assertThat(decision.candidates().stream().filter(Candidate::allowed).map(Candidate::origin))
                .containsExactly(here.id());
        assertThat(Placement.choose(List.of(here), request(Protocol.SRT), rule, PlacementTest::noFigures, random, 0)
                        .summary())
                .isEqualTo("no origin may take the stream: here@here:1935 does not offer srt");
    }

    @Test
    void takesASuspectOriginWhenNoOtherIsLeft() {
        Origin suspect = origin("a", 100).withState(OriginState.SUSPECT);
        assertThat(chosenName(List.of(suspect), Policy.RANDOM, PlacementTest::noFigures, 0))
                .isEqualTo("a");
    }

    private static OriginLoad noFigures(OriginId id) {
        return OriginLoad.UNKNOWN;
    }

    private static final StreamKey STREAM = new StreamKey("v", "live", "s");

    private String chosenName(List<Origin> origins, Policy policy, Function<OriginId, OriginLoad> loads, long turn) {
        return bare(choose(origins, policy, loads, turn).chosen().orElseThrow().name());
    }

    private Decision choose(List<Origin> origins, Policy policy, Function<OriginId, OriginLoad> loads, long turn) {
        return Placement.choose(origins, request(Protocol.RTMP), rule(policy), loads, random, turn);
    }

    private static PlacementRequest request(Protocol protocol) {
        return new PlacementRequest(STREAM, Intent.PUBLISH, protocol, Map.of());
    }

    private static PlacementRule rule(Policy policy) {
        return new PlacementRule("r", "*", "*", "*", policy, "", Map.of(), 0, Delivery.RELAY);
    }

    private static String bare(String displayName) {
        return displayName.substring(0, displayName.indexOf('@'));
    }

    private static OriginLoad load(double kbps, int sessions, double cpu) {
        return new OriginLoad(OptionalDouble.of(cpu), OptionalInt.of(sessions), OptionalDouble.of(kbps));
    }

    private static Function<OriginId, OriginLoad> loads(Map<String, OriginLoad> byName) {
        return loadsOf(name -> byName.getOrDefault(name, OriginLoad.UNKNOWN));
    }

    private static Function<OriginId, OriginLoad> loadsOf(Function<String, OriginLoad> byName) {
        return id -> byName.apply(id.value());
    }

    private static Origin origin(String name, int weight) {
        return new Origin(
                new OriginId(name),
                name,
                name,
                Incarnation.UNKNOWN,
                OriginKind.SRS,
                Map.of(Listener.RTMP, List.of(new Endpoint(Transport.TCP, name, 1935))),
                "",
                Map.of(),
                weight,
                OriginState.UP,
                Admission.OPEN);
    }

    private static Origin with(Origin origin, String zone, Map<String, String> labels) {
        return new Origin(
                origin.id(),
                origin.server(),
                origin.ip(),
                origin.incarnation(),
                origin.kind(),
                origin.endpoints(),
                zone,
                labels,
                origin.weight(),
                origin.state(),
                origin.admission());
    }
}
