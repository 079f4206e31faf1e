package io.millrace.control.streams.admin;

import static io.millrace.control.registry.OriginsStandIn.id;
import static io.millrace.control.streams.resolve.Cluster.live;
import static io.millrace.control.streams.resolve.Cluster.stream;
import static io.millrace.control.streams.resolve.Cluster.watched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.events.Event;
import io.millrace.control.placement.RuleWarnings;
import io.millrace.control.registry.OriginsStandIn;
import io.millrace.control.streams.binding.DecisionLog;
import io.millrace.control.streams.binding.DecisionRecord;
import io.millrace.control.streams.live.Carried;
import io.millrace.control.streams.resolve.Cluster;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Binding.Cause;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.placement.Delivery;
import io.millrace.model.placement.PlacementRule;
import io.millrace.model.placement.Policy;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.StreamReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class StreamAdminTest {

    private static PlacementRule rule(String name, String app, Policy policy, String zone) {
        return new PlacementRule(name, "*", app, "*", policy, zone, Map.of(), 0, Delivery.RELAY);
    }

    private static long on(Cluster cluster, String origin) {
        return cluster.admin
                .list(null, 1_000, new StreamFilter(id(origin), null, null))
                .size();
    }

    @Test
    void showsLiveFiguresOfEveryWorker() {
        Cluster cluster = new Cluster("a");
        Binding binding = Objects.requireNonNull(cluster.publish("w1", "s").binding());
        cluster.report("w1", new StreamReport(stream("s"), id("a"), binding.epoch(), 1, 0, 0, 0));
        cluster.advance(Duration.ofSeconds(1));
        cluster.report("w1", new StreamReport(stream("s"), id("a"), binding.epoch(), 1, 0, 125_000, 0));
        cluster.report("w2", new StreamReport(stream("s"), id("a"), binding.epoch(), 0, 4, 0, 10));
        StreamView view = cluster.admin.get(stream("s")).orElseThrow();
        assertThat(view.live()).isTrue();
        assertThat(view.publishers()).isEqualTo(1);
        assertThat(view.viewers()).isEqualTo(4);
        assertThat(view.kbps()).isEqualTo(1_000);
        assertThat(view.workers()).extracting(Carried::worker).containsExactlyInAnyOrder("w1", "w2");
        assertThat(view.originName()).isEqualTo("a@a:1935");
    }

    @Test
    void explainingChangesNothing() {
        Cluster cluster = new Cluster("a", "b", "c");
        cluster.config.update(config -> config.withRules(List.of(rule("turns", "*", Policy.ROUND_ROBIN, ""))));
        String first = cluster.admin
                .explain(stream("x"), Intent.PUBLISH, Protocol.RTMP)
                .why();
        for (int i = 0; i < 5; i++) {
            assertThat(cluster.admin
                            .explain(stream("x"), Intent.PUBLISH, Protocol.RTMP)
                            .why())
                    .isEqualTo(first);
        }
        assertThat(cluster.directory.size()).isZero();
        assertThat(cluster.eventWords()).isEmpty();
        Explanation explanation = cluster.admin.explain(stream("x"), Intent.PUBLISH, Protocol.RTMP);
        Binding binding = Objects.requireNonNull(cluster.publish("w", "x").binding());
        assertThat(binding.origin()).isEqualTo(explanation.origin());
    }

    @Test
    void explainsWhyThereIsNoOrigin() {
        Cluster cluster = new Cluster("a");
        cluster.origins.change("a", origin -> origin.withAdmission(Admission.CORDONED));
        Explanation explanation = cluster.admin.explain(stream("x"), Intent.PUBLISH, Protocol.RTMP);
        assertThat(explanation.outcome()).isEqualTo(Outcome.NO_ORIGIN);
        assertThat(explanation.why()).contains("a@a:1935 is cordoned");
    }

    @Test
    void remembersTheDecisionBehindABinding() {
        Cluster cluster = new Cluster("a", "b");
        cluster.publish("w1", "s");
        DecisionRecord decision = cluster.admin.whyThere(stream("s")).orElseThrow();
        assertThat(decision.actor()).isEqualTo("worker w1");
        assertThat(Objects.requireNonNull(decision.placement()).candidates()).hasSize(2);
    }

    @Test
    void eventsNameOriginsAsPeopleKnowThem() {
        Cluster cluster = new Cluster("a", "b");
        OriginId from =
                Objects.requireNonNull(cluster.publish("w1", "s").binding()).origin();
        OriginId to = from.equals(id("a")) ? id("b") : id("a");
        cluster.admin.move(stream("s"), to, "operator");
        cluster.admin.unbind(stream("s"), "operator");
        assertThat(cluster.events.after(1, event -> true, 10))
                .extracting(Event::message)
                .satisfiesExactly(
                        moved -> assertThat(moved)
                                .contains("from " + from + "@" + from + ":1935 to " + to + "@" + to + ":1935"),
                        left -> assertThat(left).startsWith("left " + to + "@" + to + ":1935: "));
    }

    @Test
    void refusesToMoveToAnOriginThatIsUnknownOrUnfit() {
        Cluster cluster = new Cluster("a", "b", "c", "d");
        cluster.origins.change("b", origin -> origin.withState(OriginState.DOWN));
        cluster.origins.change("c", origin -> origin.withAdmission(Admission.DRAINING));
        cluster.origins.reachable("d", false);
        cluster.publish("w1", "s");
        for (String to : List.of("ghost", "b", "c", "d")) {
            assertThatThrownBy(() -> cluster.admin.move(stream("s"), id(to), "operator"))
                    .isInstanceOfSatisfying(
                            InvalidFieldException.class,
                            e -> assertThat(e.field()).isEqualTo("origin"))
                    .hasMessageContaining("'" + to + "'");
        }
        assertThat(cluster.admin.move(stream("unbound"), id("a"), "operator")).isEmpty();
    }

    @Test
    void aLiveStreamThatWasUnboundIsBoundWhereItIsLive() {
        Cluster cluster = new Cluster("a", "b", "c");
        Binding binding = Objects.requireNonNull(cluster.publish("w1", "s").binding());
        cluster.report("w1", live("s", binding.origin(), binding.epoch()));
        assertThat(cluster.admin.unbind(stream("s"), "operator")).isTrue();
        Binding again = Objects.requireNonNull(cluster.play("w2", "s").binding());
        assertThat(again.origin()).isEqualTo(binding.origin());
        assertThat(again.cause()).isEqualTo(Cause.ADOPTED);
        assertThat(again.epoch()).isGreaterThan(binding.epoch());
    }

    @Test
    void drainsIdleStreamsAtOnceAndLiveOnesAtABoundedRate() {
        Cluster cluster = new Cluster("a");
        for (int i = 0; i < 20; i++) {
            cluster.publish("w1", "idle" + i);
        }
        StreamReport[] carried = new StreamReport[12];
        for (int i = 0; i < 12; i++) {
            Binding binding =
                    Objects.requireNonNull(cluster.publish("w1", "live" + i).binding());
            carried[i] = i % 2 == 0
                    ? live("live" + i, id("a"), binding.epoch())
                    : watched("live" + i, id("a"), binding.epoch());
        }
        cluster.report("w1", carried);
        cluster.origins.change("a", origin -> origin.withAdmission(Admission.DRAINING));
        cluster.drain.sweep();
        assertThat(on(cluster, "a")).as("there is no other origin").isEqualTo(12);
        cluster.origins.with("b");
        cluster.drain.sweep();
        assertThat(on(cluster, "b")).isEqualTo(5);
        cluster.drain.sweep();
        assertThat(on(cluster, "b")).as("no time has passed").isEqualTo(5);
        cluster.advance(Duration.ofSeconds(1));
        cluster.drain.sweep();
        assertThat(on(cluster, "b")).isEqualTo(10);
        assertThat(cluster.report("w1", carried)).hasSize(10);
        cluster.advance(Duration.ofSeconds(10));
        cluster.drain.sweep();
        assertThat(on(cluster, "a")).isZero();
        assertThat(cluster.eventWords().stream().filter(Predicate.isEqual("stream-moved")))
                .hasSize(12);
    }

    @Test
    void keepsABoundedNumberOfDecisions() {
        DecisionLog log = new DecisionLog(2);
        Cluster cluster = new Cluster("a");
        for (int i = 0; i < 3; i++) {
            log.add(new DecisionRecord(cluster.clock.instant(), stream("s" + i), id("a"), i, "system", "", null));
        }
        assertThat(log.size()).isEqualTo(2);
        assertThat(log.of(stream("s0"), 0)).isEmpty();
        assertThat(log.of(stream("s2"), 2)).isPresent();
        assertThat(log.of(stream("s2"), 1)).isEmpty();
    }

    @Test
    void whatIsBoundToAnOriginThatIsGoneGoesWithItWithoutAnEventForEach() {
        Cluster cluster = new Cluster("a");
        for (int i = 0; i < 1_200; i++) {
            cluster.publish("w1", "s" + i);
        }
        cluster.report("w1", Cluster.live("s7", OriginsStandIn.id("a"), 1));
        cluster.origins.with("b");
        cluster.drain.sweep();
        assertThat(cluster.directory.size()).isEqualTo(1_200);
        int events = cluster.eventWords().size();
        cluster.origins.remove("a");
        cluster.drain.sweep();
        assertThat(cluster.store.list(null, 10))
                .extracting(entry -> entry.key().stream())
                .as("what a worker still carries")
                .containsExactly("s7");
        assertThat(cluster.eventWords()).hasSize(events);
    }

    @Test
    void warnsOfShadowedRulesOnlyWhenItIsSure() {
        Cluster cluster = new Cluster("a");
        assertThat(warnings(cluster, rule("x", "liv?", Policy.RANDOM, ""), rule("y", "liv*", Policy.RANDOM, "")))
                .isEmpty();
        assertThat(warnings(cluster, rule("x", "l*", Policy.RANDOM, ""), rule("y", "li?e*", Policy.RANDOM, "")))
                .hasSize(1);
        assertThat(warnings(cluster, rule("x", "l*", Policy.RANDOM, ""), rule("y", "*", Policy.RANDOM, "")))
                .isEmpty();
    }

    private static List<String> warnings(Cluster cluster, PlacementRule... rules) {
        return RuleWarnings.of(List.of(rules), cluster.origins.all());
    }
}
