package io.millrace.control.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.control.events.Event;
import io.millrace.control.events.EventKind;
import io.millrace.control.events.EventLog;
import io.millrace.control.store.StoreOutage;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventSharingTest {

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, SharedEvents> store = new MemoryKeyedStore<>(clock);
    private final EventLog one = new EventLog(clock, 100, "cp-one");
    private final EventLog two = new EventLog(clock, 100, "cp-two");
    private final EventSharing fromOne = new EventSharing(store, one);
    private final EventSharing fromTwo = new EventSharing(store, two);

    @BeforeEach
    void start() {
        fromOne.start();
        fromTwo.start();
    }

    private static List<String> told(EventLog log) {
        return log.after(0, event -> true, 100).stream()
                .map(event -> event.id() + " " + event.subject() + "@" + event.controlPlane())
                .toList();
    }

    private void shared() {
        fromOne.flush();
        fromTwo.flush();
    }

    @Test
    void whatHappensOnOneIsSeenOnAllUnderTheirOwnIds() throws Exception {
        two.record(EventKind.STREAM_BOUND, "routine", "system", "all the time");
        one.record(EventKind.STREAM_BOUND, "routine", "system", "all the time");
        one.record(EventKind.WORKER_LOST, "w", "system", "stopped reporting");
        one.record(EventKind.WORKER_ENROLLED, "x", "worker x", "enrolled");
        shared();
        assertThat(told(two)).containsExactly("1 routine@cp-two", "2 w@cp-one", "3 x@cp-one");
        two.record(EventKind.RULES_CHANGED, "rules", "operator", "2 rules");
        shared();
        assertThat(told(one)).containsExactly("1 routine@cp-one", "2 w@cp-one", "3 x@cp-one", "4 rules@cp-two");
        assertThat(told(two)).as("nothing comes back").hasSize(4);

        SharedEvents shared = store.list(null, 1).getFirst().stored().value();
        ObjectMapper json = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        assertThat(json.readValue(json.writeValueAsString(shared), SharedEvents.class))
                .isEqualTo(shared);
    }

    @Test
    void aControlPlaneThatStartsLaterKnowsWhatHappenedLately() {
        one.record(EventKind.WORKER_LOST, "w", "system", "stopped reporting");
        shared();
        assertThat(told(two)).containsExactly("1 w@cp-one");
        clock.advance(Duration.ofSeconds(1));
        two.record(EventKind.WORKER_ENROLLED, "w", "worker w", "enrolled");
        shared();
        assertThat(told(one)).containsExactly("1 w@cp-one", "2 w@cp-two");
        EventLog three = new EventLog(clock, 100, "cp-three");
        new EventSharing(store, three).start();
        assertThat(told(three)).containsExactly("1 w@cp-one", "2 w@cp-two");
        assertThat(three.after(0, three::isOwn, 10)).extracting(Event::subject).isEmpty();
    }

    @Test
    void whatHappensWhileTheStoreIsUnavailableIsSharedOnceWhenItIsBack() {
        StoreOutage outage = new StoreOutage();
        EventLog three = new EventLog(clock, 100, "cp-three");
        EventSharing fromThree = new EventSharing(outage.of(store), three);
        fromThree.start();
        outage.begin();
        three.record(EventKind.WORKER_LOST, "w", "system", "stopped reporting");
        fromThree.flush();
        three.record(EventKind.WORKER_LOST, "x", "system", "stopped reporting");
        fromThree.flush();
        assertThat(told(one)).isEmpty();
        outage.end();
        fromThree.flush();
        fromThree.flush();
        assertThat(told(one)).containsExactly("1 w@cp-three", "2 x@cp-three");
        assertThat(fromThree.dropped()).isZero();
    }

    @Test
    void eventsBeyondWhatMayBeQueuedAreDroppedAndCounted() {
        for (int i = 0; i < 2_005; i++) {
            one.record(EventKind.WORKER_LOST, "w" + i, "system", "stopped reporting");
        }
        shared();
        assertThat(fromOne.dropped()).isEqualTo(5);
        assertThat(two.newestId()).isEqualTo(2_000);
        assertThat(store.size()).as("in batches").isEqualTo(20);
    }
}
