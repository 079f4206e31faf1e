package io.millrace.worker.routing.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Origin;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.StreamAccess;
import io.millrace.model.table.ClusterSettings;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.RoutingTableDelta;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.TableAnswer;
import io.millrace.worker.admin.LogLines;
import io.millrace.worker.admin.TestClock;
import io.millrace.worker.admin.sessions.Fixtures;
import io.millrace.worker.routing.Conductor;
import io.millrace.worker.routing.client.ControlPlaneException;
import io.millrace.worker.routing.client.FakeControlPlane;
import io.millrace.worker.routing.client.UnreadableTableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableKeeperTest {

    @TempDir
    private Path folder;

    private final FakeControlPlane controlPlane = new FakeControlPlane();
    private final Conductor conductor = new Conductor("test");
    private final CurrentTable current = new CurrentTable();
    private final LogLines log = LogLines.of(TableKeeper.class);
    private final LogLines fileLog = LogLines.of(TableFile.class);

    private static final RoutingTable ONE = table(1, Fixtures.origin("a"));
    private static final RoutingTable TWO = table(2, Fixtures.origin("a"), Fixtures.origin("b"));

    private static RoutingTable table(long sequence, Origin... origins) {
        return new RoutingTable(
                new TableVersion("e", sequence), List.of(origins), List.of(), List.of(), ClusterSettings.DEFAULT);
    }

    private TableKeeper start() {
        TableKeeper keeper = new TableKeeper(
                controlPlane, conductor, current, new TableFile(folder), "i", new TestClock(), new Random(1));
        keeper.load();
        keeper.start();
        return keeper;
    }

    @AfterEach
    void close() {
        conductor.close();
        log.close();
        fileLog.close();
    }

    private FakeControlPlane.Asked<Optional<TableVersion>, Optional<TableAnswer>> poll(int index) {
        await().until(() -> controlPlane.polls.size() > index);
        return controlPlane.polls.get(index);
    }

    private void answer(int index, TableAnswer answer) {
        poll(index).answer().complete(Optional.of(answer));
    }

    @Test
    void takesAWholeTableThenADeltaAndKeepsBothOnDisk() {
        start();
        assertThat(poll(0).question()).isEmpty();
        answer(0, TableAnswer.whole(ONE));
        assertThat(poll(1).question()).contains(ONE.version());
        assertThat(current.table()).contains(ONE);
        assertThat(new TableFile(folder).load()).contains(ONE);

        answer(1, TableAnswer.delta(RoutingTableDelta.between(ONE, TWO)));
        assertThat(poll(2).question()).contains(TWO.version());
        assertThat(current.table().orElseThrow().origins()).hasSize(2);
        assertThat(new TableFile(folder).load()).isEqualTo(current.table());
        assertThat(controlPlane.acks)
                .containsExactly(new TableAck("i", ONE.version(), ""), new TableAck("i", TWO.version(), ""));
        assertThat(folder.resolve("routing-table.json.tmp")).doesNotExist();
    }

    @Test
    void asksOnWhenNothingChanged() {
        start();
        answer(0, TableAnswer.whole(ONE));
        poll(1).answer().complete(Optional.empty());
        assertThat(poll(2).question()).contains(ONE.version());
        assertThat(controlPlane.acks).hasSize(1);
    }

    @Test
    void refusesAnInconsistentTableOnceAndKeepsTheGoodOne() {
        start();
        answer(0, TableAnswer.whole(ONE));
        RoutingTable twice = table(2, Fixtures.origin("a"), Fixtures.origin("a"));
        answer(1, TableAnswer.whole(twice));
        answer(2, TableAnswer.whole(twice));
        assertThat(poll(3).question()).isEmpty();
        assertThat(current.table()).contains(ONE);
        assertThat(new TableFile(folder).load()).contains(ONE);
        assertThat(controlPlane.acks).hasSize(2);
        assertThat(controlPlane.acks.get(1).version()).isEqualTo(twice.version());
        assertThat(controlPlane.acks.get(1).problem()).contains("stands twice");
        assertThat(log.lines()).filteredOn(line -> line.contains("refused")).hasSize(1);

        answer(3, TableAnswer.whole(TWO));
        poll(4);
        assertThat(current.table()).contains(TWO);
    }

    @Test
    void asksForTheWholeTableWhenADeltaDoesNotFit() {
        start();
        answer(0, TableAnswer.whole(ONE));
        answer(1, TableAnswer.delta(RoutingTableDelta.between(table(5), TWO)));
        assertThat(poll(2).question()).isEmpty();
        assertThat(controlPlane.acks.get(1).problem()).contains("e:5").contains("e:1");
        answer(2, TableAnswer.whole(TWO));
        assertThat(poll(3).question()).contains(TWO.version());
    }

    @Test
    void asksForTheWholeTableWhenADeltaComesFirst() {
        start();
        answer(0, TableAnswer.delta(RoutingTableDelta.between(ONE, TWO)));
        assertThat(poll(1).question()).isEmpty();
        assertThat(current.table()).isEmpty();
        assertThat(controlPlane.acks).extracting(TableAck::version).containsExactly(TWO.version());
    }

    @Test
    void tellsAndSaysOnceThatATableCannotBeRead() {
        start();
        answer(0, TableAnswer.whole(ONE));
        for (int i = 1; i <= 3; i++) {
            poll(i).answer()
                    .completeExceptionally(new UnreadableTableException(
                            new ControlPlaneException(200, "weight is no number", null), "e:2"));
        }
        assertThat(poll(4).question()).isEmpty();
        assertThat(current.table()).contains(ONE);
        assertThat(controlPlane.acks).hasSize(2);
        assertThat(controlPlane.acks.get(1)).isEqualTo(new TableAck("i", TWO.version(), "weight is no number"));
        assertThat(log.lines()).filteredOn(line -> line.contains("refused")).hasSize(1);
    }

    @Test
    void goesOnWhenTheControlPlaneIsAway() {
        start();
        for (int i = 0; i < 3; i++) {
            poll(i).fail(0);
        }
        answer(3, TableAnswer.whole(ONE));
        poll(4);
        assertThat(current.table()).contains(ONE);
    }

    @Test
    void beginsWithTheTableOfTheLastRun() {
        new TableFile(folder).save(ONE);
        start();
        assertThat(current.table()).contains(ONE);
        assertThat(poll(0).question()).contains(ONE.version());
    }

    @Test
    void onlyTheOwnerMayReadTheFileSinceItHoldsKeys() throws IOException {
        Path file = folder.resolve("routing-table.json");
        for (String name : List.of("routing-table.json", "routing-table.json.tmp")) {
            Path left = Files.writeString(folder.resolve(name), "x");
            Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-r--r--"));
        }
        RoutingTable withKey =
                ONE.withAccess(new StreamAccess(List.of(), List.of(new AccessKey("k", "a secret of somebody"))));
        new TableFile(folder).save(withKey);
        assertThat(new TableFile(folder).load()).contains(withKey);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(fileLog.lines()).noneMatch(line -> line.contains("a secret of somebody"));
    }

    @Test
    void saysOneLineAboutADamagedFileAndGoesOn() throws IOException {
        new TableFile(folder).save(TWO);
        Path file = folder.resolve("routing-table.json");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            fileLog.lines().clear();
            assertThat(new TableFile(folder).load()).as("cut at %d", length).isEmpty();
            assertThat(fileLog.lines()).hasSize(1).first().asString().doesNotContain("\n");
        }
        for (String odd : List.of("null", "[]", "{}", "{\"origins\":[],\"vhosts\":[],\"rules\":[]}", "\u0000\u0000")) {
            Files.writeString(file, odd);
            fileLog.lines().clear();
            assertThat(new TableFile(folder).load()).as(odd).isEmpty();
            assertThat(fileLog.lines()).hasSize(1).first().asString().doesNotContain("\n");
        }
        start();
        assertThat(poll(0).question()).isEmpty();
    }

    @Test
    void saysOnceThatTheDiskCannotBeWrittenAndUsesTheTableAnyhow() throws IOException {
        folder = Files.writeString(folder.resolve("a-file"), "");
        start();
        answer(0, TableAnswer.whole(ONE));
        answer(1, TableAnswer.whole(TWO));
        poll(2);
        assertThat(current.table()).contains(TWO);
        assertThat(fileLog.lines()).hasSize(1);
    }

    @Test
    void stopsAskingWhenTold() {
        TableKeeper keeper = start();
        poll(0);
        keeper.stop();
        answer(0, TableAnswer.whole(ONE));
        await().until(() -> current.table().isPresent());
        conductor.execute(() -> assertThat(controlPlane.polls).hasSize(1));
    }
}
