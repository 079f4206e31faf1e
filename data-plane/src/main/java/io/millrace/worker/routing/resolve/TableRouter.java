package io.millrace.worker.routing.resolve;

import io.millrace.model.Binding;
import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.OriginState;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.StreamNaming;
import io.millrace.model.collect.RecentEntries;
import io.millrace.model.placement.Eligibility;
import io.millrace.model.placement.Rendezvous;
import io.millrace.model.table.RoutingTable;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.worker.routing.Timers;
import io.millrace.worker.routing.client.ControlPlane;
import io.millrace.worker.routing.client.Reachability;
import io.millrace.worker.routing.table.CurrentTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Resolves in this order: a fresh answer of before, the control plane, a cached binding, rendezvous over the table. The last two
 * only when the control plane does not answer in time or has only just started.
 */
public final class TableRouter implements Router {

    static final int MAX_WAITING = 1_000;

    private final RouterParts parts;
    private final BindingCache cache;

    /**
     * Where the control plane sent players of streams that are not published, for the moment in which one answer serves all who ask the same.
     * Apart from the bindings, so that made up names evict nothing but each other.
     */
    private final RecentEntries<Player, Origin> waiting = new RecentEntries<>(MAX_WAITING);

    private final OriginFailures failures;
    private final ConcurrentHashMap<Question, CompletableFuture<Resolution>> flights = new ConcurrentHashMap<>();
    private final List<Consumer<OriginObservation>> failureListeners;
    private final AtomicBoolean probing = new AtomicBoolean();

    public TableRouter(RouterParts parts, List<Consumer<OriginObservation>> failureListeners) {
        this.parts = parts;
        this.cache = parts.cache();
        this.failures = new OriginFailures(parts.clock());
        this.failureListeners = List.copyOf(failureListeners);
    }

    /** What the router works with. */
    public record RouterParts(
            String worker,
            ControlPlane controlPlane,
            Reachability reachability,
            CurrentTable table,
            InstantSource clock,
            Timers timers,
            Duration resolveDeadline,
            BindingCache cache,
            ResolveMetrics metrics) {}

    private record Player(StreamKey stream, Protocol protocol) {}

    /** Sessions that ask the same share one request. */
    private record Question(StreamKey stream, Intent intent, Protocol protocol, Set<OriginId> failed) {}

    @Override
    public CompletionStage<Resolution> resolve(
            StreamKey stream, Intent intent, Protocol protocol, List<OriginObservation> failed) {
        long start = System.nanoTime();
        Question question = new Question(
                stream,
                intent,
                protocol,
                failed.stream().map(OriginObservation::origin).collect(Collectors.toUnmodifiableSet()));
        Optional<Resolution> fresh = fresh(question);
        CompletableFuture<Resolution> answer =
                fresh.map(CompletableFuture::completedFuture).orElseGet(() -> ask(question, failed));
        return answer.whenComplete((resolution, error) -> {
            if (resolution != null) {
                parts.metrics().resolved(resolution, Duration.ofNanos(System.nanoTime() - start));
            }
        });
    }

    /** Never for a publisher: it comes seldom, and just after its stream was moved elsewhere. */
    private Optional<Resolution> fresh(Question question) {
        if (question.intent() == Intent.PUBLISH) {
            return Optional.empty();
        }
        Instant oldest =
                parts.clock().instant().minusMillis(parts.table().settings().bindingFreshMillis());
        return cache.get(question.stream())
                .filter(known ->
                        known.confirmedAt() != null && known.confirmedAt().isAfter(oldest))
                .flatMap(known -> usable(known, question)
                        .filter(origin -> origin.state() == OriginState.UP)
                        .flatMap(origin -> route(origin, known.epoch(), question, Resolution.Source.CACHE)))
                .or(() -> freshPlace(question, oldest));
    }

    private Optional<Resolution> freshPlace(Question question, Instant oldest) {
        return waiting.find(new Player(question.stream(), question.protocol()), oldest)
                .filter(origin -> !question.failed().contains(origin.id()) && !failures.isAvoided(origin.id()))
                .flatMap(origin -> route(origin, Binding.UNCONFIRMED, question, Resolution.Source.PROVISIONAL));
    }

    private CompletableFuture<Resolution> ask(Question question, List<OriginObservation> failed) {
        if (!parts.reachability().isWorthWaitingFor()) {
            probe(question, failed);
            return CompletableFuture.completedFuture(placedWithoutHelp(question));
        }
        CompletableFuture<Resolution> flight = new CompletableFuture<>();
        CompletableFuture<Resolution> other = flights.putIfAbsent(question, flight);
        if (other != null) {
            return other;
        }
        Runnable cancelDeadline = parts.timers().after(parts.resolveDeadline(), () -> deadlineMissed(question, flight));
        request(question, failed).whenComplete((resolution, error) -> {
            cancelDeadline.run();
            if (flight.isDone()) {
                // Too late for its sessions; the answer is in the cache.
                return;
            }
            if (resolution == null) {
                flights.remove(question, flight);
                flight.completeExceptionally(error);
            } else {
                land(question, flight, resolution.orElseGet(() -> placedWithoutHelp(question)));
            }
        });
        return flight;
    }

    /** Empty when the control plane does not know or does not answer. */
    private CompletionStage<Optional<Resolution>> request(Question question, List<OriginObservation> failed) {
        return parts.controlPlane()
                .resolve(new ResolveRequest(
                        parts.worker(),
                        question.stream(),
                        question.intent(),
                        question.protocol(),
                        failed,
                        failures.avoided(ResolveRequest.MAX_AVOID),
                        parts.clock().instant()))
                .handle((answer, error) -> answer == null ? Optional.empty() : answered(question, answer));
    }

    @Override
    public CompletionStage<Optional<Beside>> beside(
            StreamKey stream,
            Intent intent,
            Protocol protocol,
            List<OriginObservation> failed,
            Resolution.Route route,
            OriginObservation slow) {
        Set<OriginId> tried = Stream.concat(failed.stream(), Stream.of(slow))
                .map(OriginObservation::origin)
                .collect(Collectors.toUnmodifiableSet());
        Question question = new Question(stream, intent, protocol, tried);
        if (route.source() == Resolution.Source.RENDEZVOUS) {
            // This worker placed the stream alone, and carries nothing of it at that origin.
            Optional<Beside> next = rendezvous(question) instanceof Resolution.Route other
                    ? Optional.of(new Beside(other, false))
                    : Optional.empty();
            return CompletableFuture.completedFuture(next);
        }
        if (!parts.reachability().isWorthWaitingFor()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return parts.controlPlane()
                .resolve(new ResolveRequest(
                                parts.worker(),
                                stream,
                                intent,
                                protocol,
                                failed,
                                failures.avoided(ResolveRequest.MAX_AVOID),
                                parts.clock().instant())
                        .withSlow(slow))
                .handle((answer, error) -> answer == null ? Optional.empty() : beside(question, slow, answer));
    }

    private static Optional<Beside> beside(Question question, OriginObservation slow, ResolveAnswer answer) {
        Binding binding = answer.binding();
        Origin origin = answer.origin();
        if (origin == null) {
            return Optional.empty();
        }
        boolean stays = origin.id().equals(slow.origin());
        boolean isBound = answer.outcome() == ResolveAnswer.Outcome.BOUND && binding != null;
        Origin next = stays ? answer.beside() : origin;
        if (next == null || question.failed().contains(next.id())) {
            return Optional.empty();
        }
        long epoch = binding == null ? Binding.UNCONFIRMED : binding.epoch();
        Resolution.Source source = isBound ? Resolution.Source.CONTROL_PLANE : Resolution.Source.PROVISIONAL;
        return route(next, epoch, question, source)
                .flatMap(found -> found instanceof Resolution.Route route
                        ? Optional.of(new Beside(route, isBound && !stays))
                        : Optional.empty());
    }

    /** Only what the control plane has bound can be claimed; where players wait, and what this worker places alone, is bound nowhere. */
    @Override
    public CompletionStage<Resolution> claim(
            StreamKey stream, Intent intent, Protocol protocol, Resolution.Route answered, Resolution.Route beside) {
        Question question = new Question(stream, intent, protocol, Set.of());
        if (beside.epoch() == Binding.UNCONFIRMED) {
            if (beside.source() == Resolution.Source.RENDEZVOUS && intent == Intent.PUBLISH) {
                cache.placedAlone(stream, answered.origin(), tableVersion());
            }
            return CompletableFuture.completedFuture(answered);
        }
        CompletableFuture<Resolution> claimed = new CompletableFuture<>();
        Runnable cancelDeadline = parts.timers().after(parts.resolveDeadline(), () -> {
            if (claimed.complete(unconfirmed(answered))) {
                parts.reachability().missedDeadline();
            }
        });
        ResolveRequest.Claim claim = new ResolveRequest.Claim(answered.origin().id(), beside.epoch());
        parts.controlPlane()
                .resolve(new ResolveRequest(parts.worker(), stream, intent, protocol, List.of()).withClaim(claim))
                .whenComplete((answer, error) -> {
                    cancelDeadline.run();
                    Optional<Resolution> decided = answer == null ? Optional.empty() : answered(question, answer);
                    claimed.complete(decided.orElseGet(() -> unconfirmed(answered)));
                });
        return claimed;
    }

    /** Taken without the control plane, which learns of it by the next report. */
    private static Resolution unconfirmed(Resolution.Route answered) {
        return new Resolution.Route(
                answered.origin(), answered.endpoint(), Binding.UNCONFIRMED, Resolution.Source.RENDEZVOUS);
    }

    private void deadlineMissed(Question question, CompletableFuture<Resolution> flight) {
        if (!flight.isDone()) {
            parts.reachability().missedDeadline();
            land(question, flight, placedWithoutHelp(question));
        }
    }

    /** While sessions do not wait, one request at a time still goes out, to learn whether waiting is worth it again. */
    private void probe(Question question, List<OriginObservation> failed) {
        if (probing.compareAndSet(false, true)) {
            request(question, failed).whenComplete((resolution, error) -> probing.set(false));
        }
    }

    /** Out of the map first, so that the next session does not join a request that is over. */
    private void land(Question question, CompletableFuture<Resolution> flight, Resolution resolution) {
        flights.remove(question, flight);
        flight.complete(resolution);
    }

    /** Empty when the control plane answered but does not know. */
    private Optional<Resolution> answered(Question question, ResolveAnswer answer) {
        return switch (answer.outcome()) {
            case REBUILDING, UNDECIDED -> Optional.empty();
            case NO_ORIGIN -> {
                cache.forget(question.stream());
                yield Optional.of(new Resolution.NoRoute(Resolution.Why.NO_ORIGIN, answer.reason()));
            }
            case UNREACHABLE -> Optional.of(new Resolution.NoRoute(Resolution.Why.UNREACHABLE, answer.reason()));
            case BOUND -> bound(question, answer.binding(), answer.origin());
            case PROVISIONAL -> provisional(question, answer.origin());
        };
    }

    /** Not kept as a binding: it is not certain that the stream will live there. */
    private Optional<Resolution> provisional(Question question, @Nullable Origin origin) {
        cache.forget(question.stream());
        if (origin == null) {
            return Optional.empty();
        }
        if (question.failed().isEmpty()) {
            waiting.put(
                    new Player(question.stream(), question.protocol()),
                    asInTable(origin),
                    parts.clock().instant());
        }
        return route(origin, Binding.UNCONFIRMED, question, Resolution.Source.PROVISIONAL);
    }

    /** How many streams that are not published it remembers. */
    int remembered() {
        return waiting.size(Instant.MIN);
    }

    private Optional<Resolution> bound(Question question, @Nullable Binding binding, @Nullable Origin origin) {
        if (binding == null || origin == null) {
            return Optional.empty();
        }
        cache.confirmed(
                question.stream(),
                new BindingCache.Known(
                        asInTable(origin), binding.epoch(), parts.clock().instant(), tableVersion()));
        if (question.failed().contains(origin.id())) {
            return Optional.of(new Resolution.NoRoute(
                    Resolution.Why.UNREACHABLE,
                    "the stream stays on " + origin.displayName() + ", which this worker cannot reach"));
        }
        return Optional.of(route(origin, binding.epoch(), question, Resolution.Source.CONTROL_PLANE)
                .orElseGet(() -> new Resolution.NoRoute(
                        Resolution.Why.NO_ORIGIN,
                        origin.displayName() + " has the stream and does not offer "
                                + question.protocol().word())));
    }

    /** The table's own object where both are equal: a thousand streams must not keep a thousand copies of their origin. */
    private Origin asInTable(Origin origin) {
        return parts.table().origin(origin.id()).filter(origin::equals).orElse(origin);
    }

    private Resolution placedWithoutHelp(Question question) {
        Optional<Resolution> cached = cache.get(question.stream())
                .flatMap(known -> usable(known, question)
                        .flatMap(origin -> route(origin, known.epoch(), question, Resolution.Source.CACHE)));
        return cached.orElseGet(() -> rendezvous(question));
    }

    private Resolution rendezvous(Question question) {
        Optional<RoutingTable> table = parts.table().table();
        if (table.isEmpty()) {
            return new Resolution.NoRoute(
                    Resolution.Why.NO_ORIGIN, "the control plane does not answer and there is no routing table yet");
        }
        List<Origin> untried = table.get().origins().stream()
                .filter(origin -> !question.failed().contains(origin.id()))
                .toList();
        List<Origin> candidates = Eligibility.eligible(
                untried.stream()
                        .filter(origin -> !failures.isAvoided(origin.id()))
                        .toList(),
                question.protocol(),
                table.get().ruleFor(question.stream()));
        if (candidates.isEmpty()) {
            // Every one failed a moment ago for some session; that is no reason not to try for this one.
            candidates = Eligibility.eligible(
                    untried, question.protocol(), table.get().ruleFor(question.stream()));
        }
        List<Origin> order = Rendezvous.order(question.stream(), candidates);
        if (order.isEmpty()) {
            return question.failed().isEmpty()
                    ? new Resolution.NoRoute(
                            Resolution.Why.NO_ORIGIN,
                            "the control plane does not answer and no origin of table "
                                    + table.get().version() + " may take the stream")
                    : new Resolution.NoRoute(
                            Resolution.Why.UNREACHABLE, "none of the origins that may take the stream can be reached");
        }
        Origin first = order.getFirst();
        if (question.intent() == Intent.PUBLISH) {
            cache.placedAlone(question.stream(), first, table.get().version());
        }
        return route(first, Binding.UNCONFIRMED, question, Resolution.Source.RENDEZVOUS)
                .orElseThrow(() -> new IllegalStateException(first.id() + " was eligible without the listener"));
    }

    /** The origin of a cached binding as it is known now, unless it is down, removed or failed a moment ago. */
    private Optional<Origin> usable(BindingCache.Known known, Question question) {
        OriginId id = known.origin().id();
        if (question.failed().contains(id) || failures.isAvoided(id)) {
            return Optional.empty();
        }
        Optional<Origin> listed = parts.table().origin(id);
        if (listed.isPresent()) {
            return listed.filter(origin -> origin.state() != OriginState.DOWN);
        }
        // Not in the table: the answer was ahead of it, unless a newer table came since and still lacks the origin.
        TableVersion then = known.table();
        boolean sameTable = then == null ? tableVersion() == null : then.equals(tableVersion());
        return sameTable ? Optional.of(known.origin()) : Optional.empty();
    }

    private static Optional<Resolution> route(Origin origin, long epoch, Question question, Resolution.Source source) {
        Optional<Endpoint> endpoint = origin.endpoint(question.protocol().carriedBy());
        return endpoint.map(found -> new Resolution.Route(origin, found, epoch, source));
    }

    private @Nullable TableVersion tableVersion() {
        return parts.table().table().map(RoutingTable::version).orElse(null);
    }

    @Override
    public StreamNaming naming() {
        return parts.table().naming();
    }

    @Override
    public void failed(OriginObservation observation) {
        failures.failed(observation.origin());
        failureListeners.forEach(listener -> listener.accept(observation));
    }

    @Override
    public void succeeded(OriginId origin) {
        failures.succeeded(origin);
    }
}
