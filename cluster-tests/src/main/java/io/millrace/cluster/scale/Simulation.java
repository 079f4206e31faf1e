package io.millrace.cluster.scale;

import io.millrace.cluster.load.DelayHistogram;
import io.millrace.cluster.process.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;

/** The simulated deployment on its loop, as the bench steers it from outside. */
final class Simulation implements AutoCloseable {

    private static final int SHARED_CONNECTIONS = 64;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Loop loop = new Loop("fleet");
    private final FleetSize size;
    private final SimulatedOrigins origins;
    private final Fleet fleet;

    /** @param http a port at which the origins' HTTP is said to be */
    Simulation(FleetSize size, List<Integer> ports, int http) {
        this.size = size;
        List<Lines> lines = ports.stream()
                .map(port -> new Lines(loop, port, SHARED_CONNECTIONS / ports.size()))
                .toList();
        this.origins = new SimulatedOrigins(loop, lines, size.origins(), http);
        this.fleet = new Fleet(loop, ports, lines, size.workers());
    }

    void registerOrigins() {
        loop.execute(origins::start);
    }

    void enrolWorkers() {
        loop.execute(fleet::enrol);
        await("every worker has a table", fleet::withTable, size.workers());
    }

    /** @return how long each placement took */
    DelayHistogram placeStreams() {
        DelayHistogram delays = new DelayHistogram();
        loop.execute(() -> fleet.fill(size.streams(), delays));
        await("every stream is placed", fleet::filled, size.streams());
        return delays;
    }

    DelayHistogram takeReportDelays() {
        return loop.call(fleet::takeReportDelays);
    }

    void openViewers() {
        loop.execute(fleet::openViewers);
    }

    List<String> originIds() {
        return origins.ids();
    }

    /** @return the watch, once all workers have been told */
    DeathWatch observedDeath(int origin) {
        DeathWatch watch = new DeathWatch(originIds().get(origin), size.workers());
        loop.execute(() -> fleet.observeDeath(originIds().get(origin), origin, watch));
        awaitTold(watch);
        return watch;
    }

    void watch(DeathWatch watch) {
        loop.execute(() -> fleet.watch(watch));
    }

    /** @return when the origin last beat */
    long silence(String origin) {
        return loop.call(() -> origins.silence(origin));
    }

    void awaitTold(DeathWatch watch) {
        await("every worker was told", watch::count, size.workers());
    }

    int wholeTableBytes() {
        return loop.call(fleet::wholeTableBytes);
    }

    int wholeTables() {
        return loop.call(fleet::wholeTables);
    }

    /** Answers that placed nothing while the streams were placed. */
    long undecided() {
        return loop.call(fleet::undecided);
    }

    /** Requests that were refused or not answered. */
    long failures() {
        return loop.call(() -> fleet.failures() + origins.failures());
    }

    private void await(String what, IntSupplier count, int wanted) {
        Await.until(
                LIMIT,
                what,
                () -> {
                    loop.check();
                    return loop.call(count::getAsInt) >= wanted;
                },
                () -> count.getAsInt() + " of " + wanted);
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }
}
