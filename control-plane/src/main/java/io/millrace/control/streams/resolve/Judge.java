package io.millrace.control.streams.resolve;

import io.millrace.control.registry.Origins;
import io.millrace.control.start.RebuildWindow;
import io.millrace.control.streams.live.LivePublishers;
import io.millrace.control.streams.live.OriginTroubles;
import io.millrace.control.streams.live.OriginTroubles.Trouble;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Admission;
import io.millrace.model.Binding;
import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.OriginId;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.ResolveAnswer.Outcome;
import io.millrace.model.wire.ResolveRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must become of a stream that is asked for. Reads only; the same for an answer and for an explanation. */
public final class Judge {

    private final Origins origins;
    private final OriginTroubles troubles;
    private final LivePublishers publishers;
    private final RebuildWindow rebuild;
    private final SteadyClock clock;

    Judge(
            Origins origins,
            OriginTroubles troubles,
            LivePublishers publishers,
            RebuildWindow rebuild,
            SteadyClock clock) {
        this.origins = origins;
        this.troubles = troubles;
        this.publishers = publishers;
        this.rebuild = rebuild;
        this.clock = clock;
    }

    /** What must become of a stream. */
    public sealed interface Verdict {

        /** It stays where it is. */
        record Stay(Binding binding, Origin origin, String why) implements Verdict {}

        /** It is live on an origin and belongs there. */
        record Adopt(Origin origin, String why) implements Verdict {}

        /**
         * It needs an origin.
         *
         * @param otherwise where it stays when no origin may take it
         */
        record Place(String why, @Nullable Stay otherwise) implements Verdict {}

        /** A player asks for a stream without a publisher, so it gets no place; the player waits at some origin. */
        record Wait(String why) implements Verdict {}

        record Refuse(Outcome outcome, String reason) implements Verdict {}
    }

    public Verdict judge(ResolveRequest request, @Nullable Binding binding) {
        if (binding == null) {
            return withoutBinding(
                    request,
                    request.intent() == Intent.PLAY
                            ? new Verdict.Wait("it has no publisher")
                            : new Verdict.Place("it is new", null));
        }
        Optional<Origin> origin = origins.find(binding.origin());
        Optional<Trouble> trouble = trouble(request, binding.origin());
        if (origin.isEmpty() || trouble.isPresent()) {
            return inTrouble(request, binding, trouble);
        }
        return settled(request, binding, origin.get());
    }

    private Verdict settled(ResolveRequest request, Binding binding, Origin origin) {
        boolean isLive = publishers.isLive(request.stream(), origin.id());
        if (!origin.offers(request.protocol())) {
            String why = "it lives on " + origin.displayName() + ", which does not offer "
                    + request.protocol().word();
            return isLive || request.intent() == Intent.PLAY
                    ? new Verdict.Refuse(Outcome.NO_ORIGIN, why)
                    : new Verdict.Place(why, null);
        }
        Verdict.Stay stay = new Verdict.Stay(binding, origin, "it lives on " + origin.displayName());
        return origin.admission() == Admission.DRAINING && !isLive
                ? new Verdict.Place(origin.displayName() + " is draining", stay)
                : stay;
    }

    private Verdict inTrouble(ResolveRequest request, Binding binding, Optional<Trouble> trouble) {
        String name = origins.nameOf(binding.origin());
        String why = name + " " + trouble.map(Trouble::what).orElse("is not known any more");
        Instant since = trouble.map(Trouble::since).orElseGet(() -> clock.instant());
        return publishers.isLiveSince(request.stream(), binding.origin(), since)
                ? new Verdict.Refuse(
                        Outcome.UNREACHABLE, why + ", while a live publisher of the stream is still reported there")
                : withoutBinding(request, new Verdict.Place(why, null));
    }

    /** @param otherwise what becomes of it when it is live nowhere */
    private Verdict withoutBinding(ResolveRequest request, Verdict otherwise) {
        Set<OriginId> tried =
                request.failed().stream().map(OriginObservation::origin).collect(Collectors.toSet());
        for (LivePublishers.Live publisher : publishers.of(request.stream())) {
            Optional<Origin> origin = origins.find(publisher.origin());
            if (origin.isPresent()
                    && !tried.contains(publisher.origin())
                    && troubles.of(publisher.origin()).isEmpty()) {
                return new Verdict.Adopt(origin.get(), publisher.source() + " reports a live publisher there");
            }
        }
        return rebuild.isOpen()
                ? new Verdict.Refuse(
                        Outcome.REBUILDING,
                        "this control plane has just started and places nothing before " + rebuild.shownEnd())
                : otherwise;
    }

    /** What is wrong with the origin, for all or for this session, since the earliest sign of it. */
    private Optional<Trouble> trouble(ResolveRequest request, OriginId origin) {
        Optional<Trouble> known = troubles.of(origin);
        List<OriginObservation> own = request.failed().stream()
                .filter(failure -> failure.origin().equals(origin))
                .toList();
        if (own.isEmpty()) {
            return known;
        }
        Instant failed = clock.instant().minus(request.ago(own.getFirst()));
        return Optional.of(known.map(trouble -> new Trouble(trouble.what(), earlier(trouble.since(), failed)))
                .orElseGet(() -> new Trouble(
                        "could not be reached by worker " + request.worker() + " ("
                                + own.getLast().failure().word() + ")",
                        failed)));
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
