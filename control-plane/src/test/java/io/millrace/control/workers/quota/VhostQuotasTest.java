package io.millrace.control.workers.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import io.millrace.model.Intent;
import io.millrace.model.OriginId;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.access.VhostGrant;
import io.millrace.model.access.VhostLimits;
import io.millrace.model.access.VhostUse;
import io.millrace.model.wire.SessionReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VhostQuotasTest {

    private List<VhostLimits> limits = List.of(limit("v", 2, 10, null, null));
    private final VhostQuotas quotas = quotas();

    private VhostQuotas quotas() {
        return new VhostQuotas(() -> new VhostQuotas.Picture(limits, List.of("v", "w")));
    }

    private static VhostLimits limit(
            String vhost,
            @Nullable Integer publishers,
            @Nullable Integer viewers,
            @Nullable Integer kbps,
            @Nullable Integer perAddress) {
        return new VhostLimits(vhost, publishers, viewers, kbps, perAddress);
    }

    private static VhostUse use(int publishers, int viewers) {
        return new VhostUse("v", publishers, viewers, 0);
    }

    private static VhostGrant of(List<VhostGrant> grants, String vhost) {
        return grants.stream()
                .filter(grant -> grant.vhost().equals(vhost))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutLimitsNothingIsGrantedAndNothingKept() {
        limits = List.of();
        assertThat(quotas.report("a", List.of(use(1, 1)), 1)).isEmpty();
        assertThat(quotas.totals()).isEmpty();
        assertThat(quotas.share()).isEqualTo(QuotaShare.NOTHING);
    }

    @Test
    void oneWorkerMayHaveAllAndAWorkerIsToldBeforeItHasAny() {
        assertThat(of(quotas.report("a", List.of(), 1), "v")).isEqualTo(new VhostGrant("v", 2, 10, List.of()));
        assertThat(of(quotas.report("a", List.of(use(2, 4)), 1), "v")).isEqualTo(new VhostGrant("v", 2, 10, List.of()));
        assertThat(quotas.totals()).containsExactly(new VhostTotal("v", 2, 4, 0));
    }

    @Test
    void vhostsWithoutALimitAreNotMentioned() {
        assertThat(quotas.report("a", List.of(), 1))
                .extracting(VhostGrant::vhost)
                .containsExactly("v");
    }

    @Test
    void whatOneWorkerWasPromisedTheOtherDoesNotGet() {
        VhostGrant first = of(quotas.report("a", List.of(), 2), "v");
        VhostGrant second = of(quotas.report("b", List.of(), 2), "v");
        assertThat(first.viewers()).isEqualTo(5);
        assertThat(second.viewers()).isEqualTo(2);
        assertThat(of(quotas.report("b", List.of(use(0, 2)), 2), "v").viewers())
                .as("3 are left that a was not promised")
                .isEqualTo(3);
    }

    @Test
    void viewersBeyondALowerLimitAreEndedInProportionAndPublishersStay() {
        quotas.report("a", List.of(use(2, 6)), 2);
        quotas.report("b", List.of(use(0, 3)), 2);
        limits = List.of(limit("v", 1, 3, null, null));
        assertThat(of(quotas.report("a", List.of(use(2, 6)), 2), "v")).isEqualTo(new VhostGrant("v", 2, 2, List.of()));
        assertThat(of(quotas.report("b", List.of(use(0, 3)), 2), "v").viewers()).isEqualTo(1);
    }

    @Test
    void aBitrateIsALimitOfViewersToo() {
        limits = List.of(limit("v", null, 100, 8_000, null));
        VhostUse much = new VhostUse("v", 0, 4, 12_000);
        assertThat(of(quotas.report("a", List.of(much), 1), "v")).isEqualTo(new VhostGrant("v", null, 2, List.of()));
    }

    @Test
    void aWorkerThatIsGoneTakesNothingAway() {
        quotas.report("a", List.of(use(2, 10)), 2);
        assertThat(of(quotas.report("b", List.of(), 2), "v")).isEqualTo(new VhostGrant("v", 0, 0, List.of()));
        quotas.refresh(Set.of("b"), Stream::empty);
        assertThat(of(quotas.report("b", List.of(), 1), "v")).isEqualTo(new VhostGrant("v", 2, 10, List.of()));
    }

    @Test
    void saysNothingAsLongAsOthersMayNotHaveReportedButCounts() {
        boolean[] known = {false};
        quotas.silentUnless(() -> known[0]);
        assertThat(quotas.report("a", List.of(use(0, 6)), 2)).isEmpty();
        known[0] = true;
        assertThat(of(quotas.report("b", List.of(use(0, 3)), 2), "v").viewers()).isEqualTo(4);
    }

    @Test
    void sumsStayRightHoweverOftenWorkersReportAndGo() {
        for (int round = 0; round < 200; round++) {
            quotas.report("w" + round % 7, List.of(use(round % 3, round % 11)), 7);
            if (round % 5 == 0) {
                quotas.refresh(Set.of("w1", "w2", "w3"), Stream::empty);
            }
        }
        for (String worker : List.of("w0", "w1", "w2", "w3", "w4", "w5", "w6")) {
            quotas.report(worker, List.of(use(1, 2)), 7);
        }
        assertThat(quotas.totals()).containsExactly(new VhostTotal("v", 7, 14, 0));
        quotas.refresh(Set.of(), Stream::empty);
        assertThat(quotas.totals()).isEmpty();
        assertThat(quotas.share()).isEqualTo(QuotaShare.NOTHING);
    }

    @Test
    void controlPlanesCountTogether() throws Exception {
        MovableClock clock = new MovableClock();
        MemoryKeyedStore<String, QuotaShare> store = new MemoryKeyedStore<>(clock);
        VhostQuotas other = quotas();
        QuotaSharing here = new QuotaSharing(store, quotas, "cp-1");
        QuotaSharing there = new QuotaSharing(store, other, "cp-2");
        quotas.report("a", List.of(use(1, 7)), 2);
        here.exchange();
        there.exchange();
        assertThat(of(other.report("b", List.of(use(0, 1)), 2), "v"))
                .as("a was promised one more, and the rest is shared")
                .isEqualTo(new VhostGrant("v", 1, 2, List.of()));
        assertThat(other.totals()).containsExactly(new VhostTotal("v", 1, 8, 0));

        there.exchange();
        here.exchange();
        assertThat(quotas.totals()).containsExactly(new VhostTotal("v", 1, 8, 0));
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(quotas.share()), QuotaShare.class))
                .isEqualTo(quotas.share());

        other.report("a", List.of(use(1, 7)), 2);
        there.exchange();
        assertThat(other.totals()).as("a reports here now").containsExactly(new VhostTotal("v", 1, 8, 0));

        clock.advance(Duration.ofSeconds(11));
        here.exchange();
        assertThat(quotas.totals())
                .as("cp-2 has not been heard of, so only a is known")
                .containsExactly(new VhostTotal("v", 1, 7, 0));
    }

    @Test
    void anAddressIsFullWhenAllWorkersTogetherHaveItsSessions() {
        limits = List.of(limit("v", null, null, null, 4));
        Stream<SessionReport> two = sessions("v", "[2001:db8::1]:9", 2);
        quotas.refresh(
                Set.of("a"),
                () -> Stream.of(sessions("v", "192.0.2.7:1", 4), sessions("v", "192.0.2.8:1", 3), two)
                        .flatMap(all -> all));
        assertThat(of(quotas.report("a", List.of(), 1), "v").fullAddresses()).containsExactly("192.0.2.7");

        quotas.elsewhere(List.of(new QuotaShare(Map.of(), Map.of("v", Map.of("192.0.2.8", 1, "192.0.2.9", 3)))));
        quotas.refresh(Set.of("a"), () -> sessions("v", "192.0.2.8:1", 3));
        assertThat(of(quotas.report("a", List.of(), 1), "v").fullAddresses()).containsExactly("192.0.2.8");
    }

    @Test
    void addressesThatAreToldOfAreBounded() {
        limits = List.of(limit("v", null, null, null, 1));
        quotas.refresh(
                Set.of("a"),
                () -> IntStream.range(0, 5_000)
                        .mapToObj(i -> session("v", "10.0." + i / 250 + "." + i % 250 + ":1", i)));
        assertThat(of(quotas.report("a", List.of(), 1), "v").fullAddresses()).hasSize(AddressTally.MAX_ADDRESSES);
    }

    private static Stream<SessionReport> sessions(String vhost, String client, int count) {
        return IntStream.range(0, count).mapToObj(i -> session(vhost, client, i));
    }

    private static SessionReport session(String vhost, String client, int id) {
        return new SessionReport(
                "s-" + id,
                Protocol.RTMP,
                Intent.PLAY,
                new StreamKey(vhost, "live", "show"),
                new OriginId("o-1"),
                client,
                null,
                Instant.EPOCH);
    }
}
