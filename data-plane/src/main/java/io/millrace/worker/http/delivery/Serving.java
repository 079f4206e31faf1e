package io.millrace.worker.http.delivery;

import io.millrace.model.Endpoint;
import io.millrace.model.Intent;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import io.millrace.model.OriginState;
import io.millrace.model.StreamKey;
import io.millrace.model.table.ClientTrait;
import io.millrace.model.wire.OriginObservation;
import io.millrace.model.wire.OriginObservation.Failure;
import io.millrace.worker.admin.sessions.OpenResult;
import io.millrace.worker.admin.sessions.Permit;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.cache.CacheKey;
import io.millrace.worker.http.cache.CachedObject;
import io.millrace.worker.http.cache.FetchPlan;
import io.millrace.worker.http.cache.Head;
import io.millrace.worker.http.cache.Reader;
import io.millrace.worker.http.origin.OriginFailure;
import io.millrace.worker.http.origin.OriginHttp;
import io.millrace.worker.http.route.PathRule;
import io.millrace.worker.http.route.Route;
import io.millrace.worker.http.route.RouteTokens;
import io.millrace.worker.http.uri.RawQuery;
import io.millrace.worker.routing.resolve.Resolution;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request from its stream's name to its answer. A playlist is always asked of the origin that has the stream now, so that a viewer
 * follows a stream that moves; a segment is asked of the origin that wrote its playlist.
 */
final class Serving {

    private static final Logger LOG = Logger.getLogger(Serving.class);

    /** After so many origins that could not be reached the client is refused. */
    private static final int MAX_ATTEMPTS = 3;

    /** A request that is held back until there is something new takes as long as the longest part or segment does. */
    private static final Duration HELD_BACK = Duration.ofSeconds(30);

    private final Delivery delivery;
    private final Delivery.Parts parts;
    private final Format format;
    private final Exchange exchange;
    private final Request request;
    private final Optional<Route> token;
    private final boolean playlist;
    private final String query;
    private final List<StreamKey> streams = new ArrayList<>(2);
    private final List<OriginObservation> failures = new ArrayList<>(1);
    private Viewers.@Nullable Who asking;
    private @Nullable Reader reader;
    private @Nullable SegmentAnswer segment;
    private @Nullable Place place;
    private @Nullable Permit permit;
    private boolean unshared;
    private boolean renewed;

    /** Where a request went. */
    record Place(Origin origin, Endpoint endpoint, long epoch, StreamKey stream) {}

    Serving(Delivery delivery, Delivery.Parts parts, Format format, Exchange exchange) {
        this.delivery = delivery;
        this.parts = parts;
        this.format = format;
        this.exchange = exchange;
        this.request = exchange.request();
        this.token = delivery.route(request);
        this.playlist = format.isPlaylist(PathRule.extension(request.path()))
                || token.filter(route -> route.leads() == Route.Leads.TO_PLAYLIST)
                        .isPresent();
        this.query = RawQuery.without(request.query(), RouteTokens.PARAMETER);
        this.unshared = request.headers().contains(HttpHeaderNames.AUTHORIZATION);
    }

    void start() {
        exchange.onClientGone(this::leave);
        streams.addAll(candidates());
        if (streams.isEmpty()) {
            exchange.refuse(HttpResponseStatus.NOT_FOUND, "No stream has this name.");
            return;
        }
        enter();
    }

    /** Asks whether the client may have the stream that it is taken to mean. */
    private void enter() {
        Viewers.Who who = who(streams.getFirst());
        if (token.isPresent()) {
            enter(who, Viewers.permit(who, request, token.get().subject()));
        } else if (!playlist && parts.table().access().guardsVhost(who.stream().vhost())) {
            // Its path does not say for certain which stream it belongs to.
            parts.viewers().rejected(who.protocol(), request);
            exchange.refuse(HttpResponseStatus.FORBIDDEN, "This is not allowed.");
        } else {
            parts.viewers().permit(who, request, exchange.channel().eventLoop(), permission -> {
                if (exchange.isOver()) {
                    return;
                }
                switch (permission) {
                    case OpenResult.Refused refused ->
                        exchange.refuse(
                                refused.isForbidden()
                                        ? HttpResponseStatus.FORBIDDEN
                                        : HttpResponseStatus.SERVICE_UNAVAILABLE,
                                refused.explanation());
                    case Permit given -> enter(who, given);
                }
            });
        }
    }

    private void enter(Viewers.Who who, Permit given) {
        permit = given;
        if (parts.viewers().isForbidden(who, given)) {
            exchange.refuse(HttpResponseStatus.FORBIDDEN, "An operator ended this session.");
            return;
        }
        Optional<Origin> writer = token.filter(route -> !playlist)
                .flatMap(route -> parts.table().origin(route.origin()))
                .filter(origin -> origin.state() != OriginState.DOWN);
        if (writer.isPresent() && writer.get().endpoint(Listener.HTTP).isPresent()) {
            ask(new Place(writer.get(), writer.get().endpoint(Listener.HTTP).get(), 0, streams.getFirst()));
        } else {
            resolve();
        }
    }

    private List<StreamKey> candidates() {
        if (token.isPresent()) {
            return List.of(token.get().stream());
        }
        if (playlist) {
            return delivery.key(request, request.path()).map(List::of).orElse(List.of());
        }
        Optional<StreamKey> known = delivery.knownStream(request);
        if (known.isPresent()) {
            return List.of(known.get());
        }
        List<StreamKey> guesses = new ArrayList<>(2);
        for (String guess : PathRule.guesses(request.path())) {
            delivery.key(request, guess + ".").ifPresent(guesses::add);
        }
        return List.copyOf(guesses);
    }

    private Viewers.Who who(StreamKey stream) {
        Viewers.Who before = asking;
        if (before == null || !before.stream().equals(stream)) {
            before = whoAsksFor(stream);
            asking = before;
        }
        return before;
    }

    private Viewers.Who whoAsksFor(StreamKey stream) {
        long number = token.map(Route::viewer)
                .orElseGet(() -> parts.tokens()
                        .viewerOf(String.join(
                                "\n",
                                request.client().ip(),
                                request.headers().get(HttpHeaderNames.USER_AGENT, ""),
                                stream.toString(),
                                RawQuery.without(
                                        RawQuery.without(query, SrsContexts.PARAMETER), format.changingParameters()))));
        return new Viewers.Who(format.protocol(), stream, number);
    }

    private void resolve() {
        StreamKey stream = streams.getFirst();
        parts.router()
                .resolve(stream, Intent.PLAY, format.protocol(), List.copyOf(failures))
                .whenComplete((resolution, error) ->
                        exchange.channel().eventLoop().execute(() -> resolved(stream, resolution, error)));
    }

    private void resolved(StreamKey stream, @Nullable Resolution resolution, @Nullable Throwable error) {
        if (exchange.isOver()) {
            return;
        }
        switch (resolution) {
            case Resolution.Route route -> ask(new Place(route.origin(), route.endpoint(), route.epoch(), stream));
            case Resolution.NoRoute nowhere -> {
                boolean none = nowhere.why() == Resolution.Why.NO_ORIGIN && failures.isEmpty();
                exchange.refuse(
                        none ? HttpResponseStatus.SERVICE_UNAVAILABLE : HttpResponseStatus.BAD_GATEWAY,
                        none ? "No origin may take this stream now." : "The stream's origin cannot be reached.");
            }
            case null -> {
                LOG.errorf(
                        error, "resolve failed protocol=%s", format.protocol().word());
                exchange.refuse(HttpResponseStatus.INTERNAL_SERVER_ERROR, "Internal error.");
            }
        }
    }

    private void ask(Place where) {
        place = where;
        CacheKey key = key(where);
        boolean single = unshared || parts.cache().isUnshared(key);
        Optional<String> range = Optional.ofNullable(request.headers().get(HttpHeaderNames.RANGE));
        HttpHeaders headers = single
                ? OriginAsk.unshared(request, range.isPresent() && !playlist)
                : OriginAsk.shared(request, traits(where));
        FetchPlan plan = new FetchPlan(
                where.endpoint(), originAsk(key, headers, forOrigin(where)), processing(), outcome(where));
        Optional<Reader> opened = single
                ? parts.cache().openUnshared(exchange.channel().eventLoop(), plan, this::changed)
                : parts.cache().open(key, exchange.channel().eventLoop(), plan, this::changed);
        if (opened.isEmpty()) {
            reader = null;
            exchange.refuse(
                    HttpResponseStatus.SERVICE_UNAVAILABLE, "This worker has too many requests to origins under way.");
            return;
        }
        reader = opened.get();
        changed();
    }

    private CacheKey key(Place where) {
        return new CacheKey(
                where.origin().id(),
                request.host(),
                request.path(),
                SrsContexts.shared(forOrigin(where)),
                OriginAsk.differences(request, traits(where)));
    }

    private Set<ClientTrait> traits(Place where) {
        return parts.table().settings().clientTraitsOf(where.stream().vhost());
    }

    /** Without what was shown to this worker: viewers share what the origin answers. */
    private String forOrigin(Place where) {
        return RawQuery.without(
                query, parts.table().access().check(where.stream(), Intent.PLAY).parameters());
    }

    private OriginHttp.Ask originAsk(CacheKey key, HttpHeaders headers, String forOrigin) {
        String asked = delivery.contexts().asked(key, forOrigin);
        Duration quiet = parts.settings().answerTimeout();
        return new OriginHttp.Ask(
                HttpMethod.GET,
                asked.isEmpty() ? request.path() : request.path() + "?" + asked,
                headers,
                format.mayBlock(query) ? quiet.plus(HELD_BACK) : quiet);
    }

    private FetchPlan.Processing processing() {
        return playlist
                ? new PlaylistProcessing(
                        format, request.path(), parts.settings().errorTtl())
                : new SegmentProcessing(
                        parts.settings().segmentTtl(), parts.settings().errorTtl());
    }

    /** For all that wait for the fetch. */
    private FetchPlan.Outcome outcome(Place where) {
        boolean heldBack = format.mayBlock(query);
        return new FetchPlan.Outcome() {
            @Override
            public void answered() {
                parts.router().succeeded(where.origin().id());
            }

            @Override
            public void failed(OriginFailure failure, boolean beforeHead) {
                LOG.warnf(
                        "origin failed origin=%s failure=%s detail=\"%s\" protocol=%s stream=\"%s\"",
                        where.origin().displayName(),
                        failure.failure().word(),
                        failure.detail(),
                        format.protocol().word(),
                        where.stream());
                // One that holds a request back for too long need not be unavailable.
                if (beforeHead && !(heldBack && failure.failure() == Failure.TIMEOUT)) {
                    parts.router().failed(observation(where, failure));
                }
            }
        };
    }

    private OriginObservation observation(Place where, OriginFailure failure) {
        return OriginObservation.of(
                where.origin(),
                failure.failure(),
                failure.detail(),
                parts.clock().instant());
    }

    /** There is news of what was asked for. */
    private void changed() {
        Reader current = reader;
        Place where = place;
        if (current == null || where == null) {
            return;
        }
        if (exchange.isOver()) {
            leave();
            return;
        }
        if (segment != null) {
            segment.goOn();
            return;
        }
        CachedObject object = current.object();
        CachedObject.State state = object.state();
        Head head = object.head();
        if (current.isSharingDenied()) {
            unshared = true;
            current.close();
            ask(where);
            return;
        }
        if (head == null || (playlist && state == CachedObject.State.FAILED)) {
            if (state == CachedObject.State.FAILED) {
                failed(current, where);
            }
            return;
        }
        if (head.status().code() == HttpResponseStatus.NOT_FOUND.code() && streams.size() > 1) {
            // Only a guess; the next one may be it.
            streams.removeFirst();
            current.close();
            reader = null;
            enter();
            return;
        }
        if (!playlist) {
            answerSegment(current, where, head);
        } else if (state == CachedObject.State.COMPLETE) {
            answerPlaylist(current, where, head);
        }
    }

    private void failed(Reader current, Place where) {
        OriginFailure failure = current.object().failure();
        boolean beforeHead = current.object().head() == null;
        current.close();
        reader = null;
        if (failure == null) {
            // Given up just when this one came: no other reader waited.
            ask(where);
            return;
        }
        failures.add(observation(where, failure));
        if (beforeHead && failures.size() < MAX_ATTEMPTS) {
            resolve();
        } else {
            exchange.refuse(
                    failure.failure() == Failure.TIMEOUT
                            ? HttpResponseStatus.GATEWAY_TIMEOUT
                            : HttpResponseStatus.BAD_GATEWAY,
                    "The stream's origin did not answer.");
        }
    }

    private void answerSegment(Reader current, Place where, Head head) {
        Optional<Viewers.Viewer> viewer = Optional.empty();
        // A client without a token is no viewer before it has asked for a playlist.
        if (token.isPresent() && head.status().code() < 300) {
            viewer = seen(where, Optional.empty());
            if (viewer.isEmpty()) {
                refuseAsFull(current);
                return;
            }
        }
        SegmentAnswer answer = new SegmentAnswer(exchange, current, viewer);
        segment = answer;
        answer.goOn();
    }

    private void answerPlaylist(Reader current, Place where, Head head) {
        Object made = current.object().made();
        if (!(made instanceof PlaylistProcessing.Parsed parsed)) {
            // An error of the origin, or something that is no playlist: passed on as it is.
            SegmentAnswer answer = new SegmentAnswer(exchange, current, Optional.empty());
            segment = answer;
            answer.goOn();
            return;
        }
        Optional<String> next =
                parsed.sentOnTo().flatMap(to -> delivery.contexts().renewed(query, to));
        if (next.isPresent() && !renewed) {
            renewed = true;
            delivery.contexts().use(key(where), next.get());
            parts.cache().forget(key(where), current.object());
            current.close();
            ask(where);
            return;
        }
        delivery.remember(where.stream(), format.protocol());
        Optional<Viewers.Viewer> viewer =
                seen(where, Optional.of(parsed.playlist().targetDuration()));
        if (viewer.isEmpty()) {
            refuseAsFull(current);
            return;
        }
        current.close();
        reader = null;
        Route route = new Route(
                format.protocol(),
                Route.Leads.TO_PLAYLIST,
                where.origin().id(),
                where.stream(),
                who(where.stream()).number(),
                permit().subject());
        long sent = new PlaylistAnswer(format, parts.tokens(), request, where.endpoint())
                .answer(exchange, head, parsed, route);
        viewer.get().sent(sent);
    }

    private Optional<Viewers.Viewer> seen(Place where, Optional<Duration> targetDuration) {
        return parts.viewers().seen(who(where.stream()), permit(), where.origin(), where.epoch(), targetDuration);
    }

    private Permit permit() {
        if (permit == null) {
            throw new IllegalStateException("nothing is asked of an origin without a permit");
        }
        return permit;
    }

    private void refuseAsFull(Reader current) {
        current.close();
        reader = null;
        exchange.refuse(HttpResponseStatus.SERVICE_UNAVAILABLE, "This worker takes no more viewers.");
    }

    private void leave() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
