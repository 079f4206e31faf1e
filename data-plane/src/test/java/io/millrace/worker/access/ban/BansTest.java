package io.millrace.worker.access.ban;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.access.Ban;
import io.millrace.model.address.Network;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.Admission;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.admin.sessions.Session;
import io.millrace.worker.admin.sessions.SessionTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BansTest {

    private static final StreamKey SHOW = StreamKey.parse("v/live/show");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SessionTable sessions = Fixtures.sessionTable(new TestClock(), 100, registry);
    private final Bans bans = new Bans(sessions);
    private final List<String> ended = new ArrayList<>();

    @BeforeEach
    void admit() {
        sessions.admitBy(bans);
    }

    private static Ban ban(String id, @Nullable String network, String stream, @Nullable Intent intent) {
        return new Ban(id, network == null ? null : Network.parse(network), "*", "*", stream, null, intent);
    }

    private OpenResult open(Protocol protocol, Intent intent, String client) {
        return sessions.open(
                new Permit(protocol, intent, SHOW, client, null),
                (reason, detail) -> ended.add(client + " " + reason + " " + detail));
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void refusesWhatIsBannedOverEveryProtocol(Protocol protocol) {
        bans.use(List.of(ban("b-1", "192.0.2.0/24", "*", null)));
        assertThat(open(protocol, Intent.PLAY, "192.0.2.9:5000"))
                .isEqualTo(new OpenResult.Refused(CloseReason.BANNED, "ban b-1"));
        assertThat(open(protocol, Intent.PLAY, "[2001:db8::1]:5000")).isInstanceOf(OpenResult.Opened.class);
        assertThat(registry.get("millrace.rejects")
                        .tag("protocol", protocol.word())
                        .tag("reason", "banned")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aRefusedSessionTakesNoPlace() {
        bans.use(List.of(ban("b-1", "192.0.2.9", "*", null)));
        for (int i = 0; i < 200; i++) {
            assertThat(open(Protocol.RTMP, Intent.PLAY, "192.0.2.9:" + (i + 1))).isInstanceOf(OpenResult.Refused.class);
        }
        assertThat(sessions.size()).isZero();
        assertThat(open(Protocol.RTMP, Intent.PLAY, "192.0.2.8:1")).isInstanceOf(OpenResult.Opened.class);
    }

    @Test
    void endsWhatRunsAndOnlyThat() {
        open(Protocol.RTMP, Intent.PUBLISH, "192.0.2.9:1");
        open(Protocol.HLS, Intent.PLAY, "192.0.2.9:2");
        open(Protocol.SRT, Intent.PLAY, "192.0.2.10:3");
        Ban first = ban("b-1", "192.0.2.9", "*", Intent.PUBLISH);
        bans.use(List.of(first));
        assertThat(ended).containsExactly("192.0.2.9:1 BANNED ban b-1");

        bans.use(List.of(first, ban("b-2", null, "sho?", Intent.PLAY)));
        assertThat(ended)
                .as("an older ban is not applied once more")
                .containsExactlyInAnyOrder(
                        "192.0.2.9:1 BANNED ban b-1", "192.0.2.9:2 BANNED ban b-2", "192.0.2.10:3 BANNED ban b-2");
    }

    @Test
    void aSubjectIsBannedWhereverItComesFrom() {
        sessions.open(
                new Permit(Protocol.RTMP, Intent.PLAY, SHOW, "192.0.2.1:1", "alice"),
                (reason, detail) -> ended.add("alice"));
        sessions.open(
                new Permit(Protocol.RTMP, Intent.PLAY, SHOW, "192.0.2.1:2", "bob"),
                (reason, detail) -> ended.add("bob"));
        open(Protocol.RTMP, Intent.PLAY, "192.0.2.1:3");
        bans.use(List.of(new Ban("b-1", null, "*", "*", "*", "alice", null)));
        assertThat(ended).containsExactly("alice");
        assertThat(sessions.open(
                        new Permit(Protocol.SRT, Intent.PLAY, SHOW, "192.0.2.9:1", "alice"), (reason, detail) -> {}))
                .isInstanceOf(OpenResult.Refused.class);
        assertThat(sessions.refusal(new Permit(Protocol.HLS, Intent.PLAY, SHOW, "192.0.2.9:1", "alice"), false))
                .isPresent();
    }

    @Test
    void whatIsLiftedComesInAgain() {
        bans.use(List.of(ban("b-1", "192.0.2.9", "*", null)));
        bans.use(List.of());
        assertThat(open(Protocol.RTMP, Intent.PLAY, "192.0.2.9:1")).isInstanceOf(OpenResult.Opened.class);
        assertThat(ended).isEmpty();
    }

    /** The ban is put in force between the question and the entry in the table, where its walk does not see the session yet. */
    @Test
    void aSessionThatOpensWhileABanComesIsEnded() {
        SessionTable racing = Fixtures.sessionTable(new TestClock(), 100);
        Bans late = new Bans(racing);
        racing.admitBy(late);
        racing.admitBy(new Admission() {
            @Override
            public Optional<OpenResult.Refused> enter(Session session) {
                late.use(List.of(ban("b-1", "192.0.2.9", "*", null)));
                return Optional.empty();
            }
        });
        racing.open(
                new Permit(Protocol.RTMP, Intent.PLAY, SHOW, "192.0.2.9:1", null),
                (reason, detail) -> ended.add(detail));
        assertThat(ended).containsExactly("ban b-1");
    }

    @Test
    void aRequestWithoutASessionIsCheckedToo() {
        bans.use(List.of(ban("b-1", "192.0.2.9", "*", null)));
        assertThat(sessions.refusal(new Permit(Protocol.HLS, Intent.PLAY, SHOW, "192.0.2.9:1", null), false))
                .contains(new OpenResult.Refused(CloseReason.BANNED, "ban b-1"));
        assertThat(sessions.refusal(new Permit(Protocol.HLS, Intent.PLAY, SHOW, "192.0.2.8:1", null), false))
                .isEmpty();
    }

    @Test
    void connectionsAreCoveredByABanOfAll() throws Exception {
        bans.use(List.of(ban("b-1", "192.0.2.9", "*", null), ban("b-2", "192.0.2.8", "*", Intent.PLAY)));
        assertThat(bans.coverAllOf(InetAddress.getByName("192.0.2.9"))).isTrue();
        assertThat(bans.coverAllOf(InetAddress.getByName("192.0.2.8"))).isFalse();
    }
}
