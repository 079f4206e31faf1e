package io.millrace.control.start;

import io.millrace.control.time.SteadyClock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * The first moments of a control plane that may have lost state: workers enrol again and bring along what is live. Until the window ends
 * nothing is placed that might already exist, and no routing table is published. Where nothing can be lost, since nothing was there, the
 * window stays closed, unless a worker turns up in time that knows better.
 */
public final class RebuildWindow {

    private static final Logger LOG = Logger.getLogger(RebuildWindow.class);

    private final SteadyClock clock;
    private final Instant end;
    private final BooleanSupplier goesOn;
    private volatile boolean needed;

    /** Begins now. */
    public RebuildWindow(SteadyClock clock, Duration length) {
        this(clock, length, true, () -> true);
    }

    private RebuildWindow(SteadyClock clock, Duration length, boolean needed, BooleanSupplier goesOn) {
        this.clock = clock;
        this.end = clock.instant().plus(length);
        this.needed = needed;
        this.goesOn = goesOn;
    }

    /** Of a control plane that finds nothing of a former run. */
    public static RebuildWindow unlessSomethingIsFound(SteadyClock clock, Duration length) {
        return new RebuildWindow(clock, length, false, () -> true);
    }

    /** Of a control plane that comes to others: it waits as long as they do. */
    public static RebuildWindow asLongAs(BooleanSupplier goesOn, SteadyClock clock, Duration length) {
        return new RebuildWindow(clock, length, true, goesOn);
    }

    public boolean isOpen() {
        return needed && clock.instant().isBefore(end) && goesOn.getAsBoolean();
    }

    /** A worker brings something along that was there before this control plane. */
    public void found(String what) {
        if (!needed && clock.instant().isBefore(end)) {
            needed = true;
            LOG.infof("rebuilding millis=%d why=\"%s\"", remaining().toMillis(), what);
        }
    }

    /** How long it is still open; zero when it is closed. */
    public Duration remaining() {
        return isOpen() ? Duration.between(clock.instant(), end) : Duration.ZERO;
    }

    /** By the steady clock; the latest, should it be open. */
    public Instant end() {
        return end;
    }

    /** The time of day, for people. */
    public Instant shownEnd() {
        return clock.shown(end);
    }
}
