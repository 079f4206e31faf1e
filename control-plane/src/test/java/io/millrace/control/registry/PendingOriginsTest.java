package io.millrace.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.config.OriginOverride;
import io.millrace.control.events.EventKind;
import io.millrace.control.registry.origin.KnownOrigin;
import io.millrace.control.registry.origin.Registration;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.model.Admission;
import io.millrace.model.Incarnation;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import io.millrace.model.Transport;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Newcomers where operators want to approve them. */
class PendingOriginsTest extends RegistrySetUp {

    private final MemoryKeyedStore<OriginId, KnownOrigin> store = new MemoryKeyedStore<>(clock);
    private final OriginRegistry registry = strict(store);

    private OriginRegistry strict(MemoryKeyedStore<OriginId, KnownOrigin> on) {
        OriginRegistry made = open(on, SETTINGS, Duration.ZERO, null);
        made.requireApproval();
        return made;
    }

    private static Registration registration(String server) {
        return new Registration(
                id(server),
                server,
                "10.0.0.1",
                new Incarnation("s", "1"),
                OriginKind.SRS,
                Map.of(Listener.RTMP, endpoint(Transport.TCP, "10.0.0.1", 1935)),
                "",
                Map.of(),
                100,
                null);
    }

    private void admit(String server, @Nullable Admission admission) {
        config.update(current -> current.withOverrides(
                admission == null ? Map.of() : Map.of(id(server), new OriginOverride(admission, null, null))));
        registry.followConfig();
    }

    @Test
    void aNewcomerIsInNoListThatOthersActOn() {
        registry.register(registration("new"));
        assertThat(registry.all()).isEmpty();
        assertThat(registry.find(id("new"))).isEmpty();
        assertThat(registry.pending()).extracting(Origin::admission).containsExactly(Admission.PENDING);
        assertThat(kinds()).containsExactly(EventKind.ORIGIN_PENDING);
        // Silent, so that any other would be probed.
        clock.advance(Duration.ofSeconds(20));
        registry.sweep();
        assertThat(registry.known(id("new"))).isPresent();
        assertThat(registry.uncertain()).isEmpty();
        registry.register(registration("new"));
        assertThat(kinds()).containsOnlyOnce(EventKind.ORIGIN_PENDING);
    }

    @Test
    void approvedItIsAnOriginLikeAnyOtherAndStaysSo() {
        registry.register(registration("new"));
        int[] changes = new int[1];
        registry.onChange(() -> changes[0]++);
        admit("new", Admission.OPEN);
        assertThat(registry.all()).extracting(Origin::admission).containsExactly(Admission.OPEN);
        assertThat(registry.pending()).isEmpty();
        assertThat(changes[0]).isEqualTo(1);
        // Another control plane, or the same one after a restart with nothing in its memory.
        OriginRegistry another = strict(new MemoryKeyedStore<>(clock));
        another.register(registration("new"));
        assertThat(another.all()).hasSize(1);
        assertThat(another.pending()).isEmpty();
    }

    @Test
    void anApprovalMayBeTakenBackAndCordonedIsNoNewcomer() {
        registry.register(registration("new"));
        admit("new", Admission.CORDONED);
        assertThat(registry.all()).extracting(Origin::admission).containsExactly(Admission.CORDONED);
        admit("new", null);
        assertThat(registry.all()).isEmpty();
        assertThat(registry.pending()).hasSize(1);
    }

    @Test
    void withoutTheSettingNobodyWaits() {
        OriginRegistry open = open(new MemoryKeyedStore<>(clock), SETTINGS, Duration.ZERO, null);
        open.register(registration("new"));
        assertThat(open.all()).extracting(Origin::admission).containsExactly(Admission.OPEN);
        assertThat(open.pending()).isEmpty();
        assertThat(kinds()).containsExactly(EventKind.ORIGIN_REGISTERED);
    }
}
