package io.millrace.control.peers;

import io.millrace.control.peers.PeerClient.Answers;
import io.millrace.control.peers.PeerClient.Question;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * How far the clocks of the other control planes are from the one here. Nothing is decided by it, since no decision goes by the time of day
 * of another; but what people read in listings and events of several control planes is in no order when the clocks differ. {@link #measure}
 * waits for answers; everything else on any thread.
 */
public final class PeerClocks {

    private static final Logger LOG = Logger.getLogger(PeerClocks.class);

    /** Enough to tell a machine whose clock is not set from one that NTP keeps. */
    static final Duration WORTH_A_LINE = Duration.ofSeconds(1);

    private static final int MAX_ASKED = 20;

    private final Peers peers;
    private final PeerClient client;
    private final InstantSource timeOfDay;
    private final LongSupplier nanoTime;
    private final Map<String, Difference> differences = new ConcurrentHashMap<>();

    /**
     * @param ahead of the clock here; negative if it is behind
     * @param uncertainty half of the time that the question and its answer took
     */
    public record Difference(Duration ahead, Duration uncertainty) {

        boolean isWorthALine() {
            return ahead.abs().minus(uncertainty).compareTo(WORTH_A_LINE) > 0;
        }
    }

    /** The answer to the question what time it is. */
    public record TimeOfDay(Instant now) {}

    public PeerClocks(Peers peers, PeerClient client, InstantSource timeOfDay, LongSupplier nanoTime) {
        this.peers = peers;
        this.client = client;
        this.timeOfDay = timeOfDay;
        this.nanoTime = nanoTime;
    }

    /** Asks all of them; to be called every few seconds. */
    public void measure() {
        List<Peer> others = peers.others().stream()
                .filter(peer -> !peer.url().isEmpty())
                .limit(MAX_ASKED)
                .toList();
        differences.keySet().retainAll(others.stream().map(Peer::run).collect(Collectors.toSet()));
        others.forEach(this::measure);
    }

    private void measure(Peer peer) {
        long asked = nanoTime.getAsLong();
        Answers<TimeOfDay> answers = client.ask(List.of(peer), new Question("GET", "/clock", null), TimeOfDay.class);
        Instant here = timeOfDay.instant();
        Duration half = Duration.ofNanos(nanoTime.getAsLong() - asked).dividedBy(2);
        if (answers.answers().isEmpty()) {
            return;
        }
        Duration ahead =
                Duration.between(here.minus(half), answers.answers().getFirst().now());
        Difference now = new Difference(ahead, half);
        Difference before = differences.put(peer.run(), now);
        boolean wasWorthALine = before != null && before.isWorthALine();
        if (now.isWorthALine() && !wasWorthALine) {
            LOG.warnf(
                    "clocks differ peer=%s name=%s aheadMillis=%d uncertaintyMillis=%d; times in listings and events of the two do not"
                            + " compare, set both by NTP",
                    peer.run(), peer.name(), ahead.toMillis(), half.toMillis());
        } else if (wasWorthALine && !now.isWorthALine()) {
            LOG.infof("clocks agree again peer=%s aheadMillis=%d", peer.run(), ahead.toMillis());
        }
    }

    /** Empty for one that has not answered yet. */
    public Optional<Difference> of(Peer peer) {
        return Optional.ofNullable(differences.get(peer.run()));
    }

    /** The largest, whichever way; for metrics. */
    public double largestSeconds() {
        return differences.values().stream()
                .mapToDouble(difference -> difference.ahead().abs().toMillis() / 1000.0)
                .max()
                .orElse(0);
    }
}
