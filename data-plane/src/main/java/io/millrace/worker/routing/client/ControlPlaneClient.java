package io.millrace.worker.routing.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.model.Origin;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.table.TableVersion;
import io.millrace.model.wire.AlternativeWorker;
import io.millrace.model.wire.MediaRoute;
import io.millrace.model.wire.ReportAnswer;
import io.millrace.model.wire.ResolveAnswer;
import io.millrace.model.wire.ResolveRequest;
import io.millrace.model.wire.TableAck;
import io.millrace.model.wire.TableAnswer;
import io.millrace.model.wire.WorkerHello;
import io.millrace.model.wire.WorkerReport;
import io.millrace.model.wire.WorkerWelcome;
import io.millrace.worker.routing.Timers;
import io.millrace.worker.routing.client.ControlPlaneTargets.Target;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The client of {@code /internal/v1} over HTTP. Keeps the control plane that works and changes to the next one when it fails; a request
 * is tried at each at most once.
 */
public final class ControlPlaneClient implements ControlPlane, MediaRouteBook, AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    /** What is reported of a stream may have to be written to a store. */
    private static final Duration FOR_EACH_STREAM = Duration.ofMillis(1);

    /** DNS is asked again after a failure, but not for each of a thousand that fail together. */
    private static final Duration LOOK_UP_PAUSE = Duration.ofSeconds(1);

    private static final Duration LOOK_UP_INTERVAL = Duration.ofSeconds(10);

    /** How often a worker that uses another control plane than its preferred one checks whether that answers again, times 1 to 3. */
    private static final Duration RETURN_INTERVAL = Duration.ofSeconds(20);

    /** Added to a long poll's wait: the answer needs its time too. */
    private static final Duration POLL_SLACK = Duration.ofSeconds(5);

    private static final long MIB = 1024L * 1024;
    private static final int MAX_SHOWN_BODY = 200;
    private static final int NOT_FOUND = 404;

    private static final Logger LOG = Logger.getLogger(ControlPlaneClient.class);

    private final ControlPlaneTargets targets;
    private final String worker;
    private final ClusterToken token;
    private final Reachability reachability;
    private final HttpClient http;
    private final boolean mayNameHost;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong lookedUpAt = new AtomicLong(System.nanoTime() - LOOK_UP_PAUSE.toNanos());
    private volatile @Nullable Poll poll;

    public ControlPlaneClient(
            ControlPlaneTargets targets, String worker, ClusterToken token, Reachability reachability) {
        this.targets = targets;
        this.worker = URLEncoder.encode(worker, StandardCharsets.UTF_8);
        this.token = token;
        this.reachability = reachability;
        this.mayNameHost = mayNameHost();
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(threads)
                .build();
    }

    /** The JDK's client allows it only to processes that were started with a system property. */
    private static boolean mayNameHost() {
        try {
            var _ = HttpRequest.newBuilder(URI.create("http://127.0.0.1"))
                    .header("Host", "localhost")
                    .build();
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    /** From now on repeats DNS lookups, and returns to the preferred control plane once that answers again. */
    public void keepBalanced(Timers timers, RandomGenerator random) {
        threads.execute(targets::lookUp);
        lookUpLater(timers);
        returnLater(timers, random);
    }

    private void lookUpLater(Timers timers) {
        var _ = timers.after(LOOK_UP_INTERVAL, () -> {
            lookUp();
            lookUpLater(timers);
        });
    }

    private void returnLater(Timers timers, RandomGenerator random) {
        Duration pause = RETURN_INTERVAL.plusMillis(random.nextLong(2 * RETURN_INTERVAL.toMillis()));
        var _ = timers.after(pause, () -> {
            returnToPreferred();
            returnLater(timers, random);
        });
    }

    /** Not as soon as that control plane answers, but at a time of its own: a thousand workers should not enrol in one second. */
    void returnToPreferred() {
        Target preferred = targets.preferred();
        Target current = targets.current();
        if (preferred.equals(current)) {
            return;
        }
        Call call = new Call("GET", "/workers/" + worker + "/stand-in", null, REQUEST_TIMEOUT, Kind.HURRIED);
        HttpRequest request;
        try {
            request = request(preferred, call, "");
        } catch (IllegalArgumentException invalidToken) {
            // The token; every other request logs that.
            return;
        }
        exchange(preferred, call, request).whenComplete((response, error) -> {
            boolean answers =
                    response != null && (response.statusCode() == NOT_FOUND || response.statusCode() / 100 == 2);
            if (answers) {
                LOG.infof("control plane changed to the preferred one url=%s from=%s", preferred.url(), current.url());
                targets.use(preferred);
                cancelPoll(current);
            }
        });
    }

    private void lookUp() {
        long now = System.nanoTime();
        long last = lookedUpAt.get();
        if (now - last >= LOOK_UP_PAUSE.toNanos() && lookedUpAt.compareAndSet(last, now)) {
            try {
                threads.execute(targets::lookUp);
            } catch (RejectedExecutionException closed) {
                LOG.debugf("DNS lookup ignored, the worker is stopping");
            }
        }
    }

    private static Duration reportTimeout(int streams) {
        return REQUEST_TIMEOUT.plus(FOR_EACH_STREAM.multipliedBy(streams));
    }

    @Override
    public CompletableFuture<ResolveAnswer> resolve(ResolveRequest request) {
        return send(new Call("POST", "/resolve", request, REQUEST_TIMEOUT, Kind.HURRIED))
                .thenApply(read(ResolveAnswer.class, ControlPlaneClient::problemOf));
    }

    @Override
    public CompletableFuture<WorkerWelcome> hello(WorkerHello hello) {
        return send(new Call(
                        "PUT",
                        "/workers/" + worker,
                        hello,
                        reportTimeout(hello.streams().size()),
                        Kind.PLAIN))
                .thenApply(read(
                        WorkerWelcome.class,
                        welcome -> welcome.controlPlane() == null ? "it names no control plane" : ""));
    }

    @Override
    public CompletableFuture<ReportAnswer> report(WorkerReport report) {
        return send(new Call(
                        "POST",
                        "/workers/" + worker + "/reports",
                        report,
                        reportTimeout(report.streams().size()),
                        Kind.PLAIN))
                .thenApply(read(
                        ReportAnswer.class,
                        answer -> answer.controlPlane() == null ? "it names no control plane" : ""));
    }

    @Override
    public CompletableFuture<Optional<TableAnswer>> table(@Nullable TableVersion have, Duration wait) {
        String version = have == null ? "" : "&have=" + URLEncoder.encode(have.toString(), StandardCharsets.UTF_8);
        String path = "/routing-table?worker=" + worker + version + "&waitMillis=" + wait.toMillis();
        return send(new Call("GET", path, null, wait.plus(POLL_SLACK), Kind.POLL))
                .thenApply(response -> response.body().isEmpty() ? Optional.empty() : Optional.of(readTable(response)));
    }

    @Override
    public CompletableFuture<Void> acknowledge(TableAck ack) {
        return send(new Call("POST", "/workers/" + worker + "/table-acks", ack, REQUEST_TIMEOUT, Kind.PLAIN))
                .thenApply(response -> null);
    }

    @Override
    public CompletableFuture<Void> put(MediaRoute route) {
        return send(new Call("PUT", mediaRoute(route.key()), route, REQUEST_TIMEOUT, Kind.PLAIN))
                .thenApply(response -> null);
    }

    @Override
    public CompletableFuture<Optional<MediaRoute>> find(String key) {
        return send(new Call("GET", mediaRoute(key), null, REQUEST_TIMEOUT, Kind.HURRIED))
                .thenApply(read(
                        MediaRoute.class,
                        route -> route.origin() == null || route.endpoint() == null || route.stream() == null
                                ? "it lacks its origin, endpoint or stream"
                                : ""))
                .thenApply(Optional::of)
                .exceptionallyCompose(ControlPlaneClient::noneWhenNotFound);
    }

    @Override
    public CompletableFuture<Void> remove(String key) {
        return send(new Call("DELETE", mediaRoute(key), null, REQUEST_TIMEOUT, Kind.PLAIN))
                .thenApply(response -> null);
    }

    private static String mediaRoute(String key) {
        // A plus means itself in a path.
        return "/media-routes/" + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @see AlternativeWorkers#find */
    public CompletableFuture<Optional<String>> alternativeWorker() {
        return send(new Call("GET", "/workers/" + worker + "/stand-in", null, REQUEST_TIMEOUT, Kind.HURRIED))
                .thenApply(read(AlternativeWorker.class, found -> found.api() == null ? "it names no URL" : ""))
                .thenApply(found -> Optional.of(found.api()))
                .exceptionallyCompose(ControlPlaneClient::noneWhenNotFound);
    }

    private static <T> CompletableFuture<Optional<T>> noneWhenNotFound(Throwable error) {
        return rootOf(error) instanceof ControlPlaneException problem && problem.status() == NOT_FOUND
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.failedFuture(rootOf(error));
    }

    /** Forwards requests over the same connections. */
    public ControlPlaneProxy proxy() {
        return new HttpControlPlaneProxy(targets, http, token);
    }

    private record Call(
            String method, String path, @Nullable Object body, Duration timeout, Kind kind) {}

    private enum Kind {
        PLAIN(4 * MIB),
        /** After its timeout its caller waits no longer, so no other control plane is asked. */
        HURRIED(MIB),
        /** Waits long for a change; cancelled when other calls get no answer from that control plane. Its answer is a whole table at most. */
        POLL(64 * MIB);

        /** An answer that is longer is no answer. */
        private final long maxAnswer;

        Kind(long maxAnswer) {
            this.maxAnswer = maxAnswer;
        }
    }

    private CompletableFuture<HttpResponse<String>> send(Call call) {
        String body;
        try {
            body = call.body() == null ? "" : Json.MAPPER.writeValueAsString(call.body());
        } catch (JsonProcessingException e) {
            return CompletableFuture.failedFuture(new ControlPlaneException(0, "no JSON: " + e.getMessage(), e));
        }
        return attempt(targets.current(), call, body, 1);
    }

    private CompletableFuture<HttpResponse<String>> attempt(Target target, Call call, String body, int attempt) {
        URI url = target.url();
        return exchange(target, call, request(target, call, body))
                .handle((response, error) -> {
                    ControlPlaneException problem = problem(url, response, error);
                    if (problem != null) {
                        throw problem;
                    }
                    reachability.answered(url.toString());
                    return response;
                })
                .exceptionallyCompose(error -> rootOf(error) instanceof ControlPlaneException problem
                        ? failedAt(target, call, body, attempt, problem)
                        : CompletableFuture.failedFuture(error));
    }

    private HttpRequest request(Target target, Call call, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.url() + "/internal/v1" + call.path()))
                .header("Authorization", token.authorization())
                .header("Accept", "application/json");
        if (mayNameHost && !target.host().isEmpty()) {
            request.header("Host", target.host());
        }
        if (call.body() == null) {
            request.method(call.method(), HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(call.method(), HttpRequest.BodyPublishers.ofString(body));
        }
        return request.build();
    }

    /** The client's own time-out ends with the answer's headers, so the whole exchange has one here. */
    private CompletableFuture<HttpResponse<String>> exchange(Target target, Call call, HttpRequest request) {
        CompletableFuture<HttpResponse<String>> exchange = http.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), call.kind().maxAnswer));
        if (call.kind() == Kind.POLL) {
            poll = new Poll(target, exchange);
        }
        return exchange.copy()
                .orTimeout(call.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, error) -> {
                    if (response == null) {
                        exchange.cancel(true);
                    }
                });
    }

    /** A long poll under way. */
    private record Poll(Target target, CompletableFuture<HttpResponse<String>> exchange) {}

    private void cancelPoll(Target target) {
        Poll waiting = poll;
        if (waiting != null && waiting.target().equals(target)) {
            waiting.exchange().cancel(true);
        }
    }

    private CompletableFuture<HttpResponse<String>> failedAt(
            Target target, Call call, String body, int attempt, ControlPlaneException problem) {
        if (isItsOwnAnswer(problem.status())) {
            reachability.answered(target.url().toString());
            return CompletableFuture.failedFuture(problem);
        }
        targets.leave(target);
        lookUp();
        if (problem.status() == 0) {
            cancelPoll(target);
        }
        boolean tookLong =
                problem.getCause() instanceof TimeoutException || problem.getCause() instanceof HttpTimeoutException;
        if (call.kind() == Kind.HURRIED && tookLong) {
            return CompletableFuture.failedFuture(problem);
        }
        if (attempt < targets.size()) {
            return attempt(targets.after(target), call, body, attempt + 1);
        }
        reachability.lost(String.valueOf(problem.getMessage()));
        return CompletableFuture.failedFuture(problem);
    }

    /** A refusal that another control plane would repeat: it is there, and it understood. */
    private static boolean isItsOwnAnswer(int status) {
        return status >= 400 && status < 500 && status != 401 && status != 403 && status != 408 && status != 429;
    }

    private static @Nullable ControlPlaneException problem(
            URI url, @Nullable HttpResponse<String> response, @Nullable Throwable error) {
        if (response == null) {
            Throwable root = rootOf(error);
            if (root instanceof TimeoutException) {
                return new ControlPlaneException(0, "url=" + url + " does not answer in time", root);
            }
            String name = root.getClass().getSimpleName();
            String message = root.getMessage() == null ? name : name + ": " + root.getMessage();
            return new ControlPlaneException(0, "url=" + url + " " + message, root);
        }
        int status = response.statusCode();
        if ((status >= 200 && status < 300) || status == 304) {
            return null;
        }
        if (status == 401) {
            return new ControlPlaneException(
                    status, "url=" + url + " answers 401: its cluster token differs from MILLRACE_CLUSTER_TOKEN", null);
        }
        String body = response.body().replaceAll("\\p{Cntrl}+", " ");
        return new ControlPlaneException(
                status,
                "url=" + url + " answers " + status + " "
                        + (body.length() > MAX_SHOWN_BODY ? body.substring(0, MAX_SHOWN_BODY) : body),
                null);
    }

    private static Throwable rootOf(@Nullable Throwable error) {
        if (error == null) {
            return new IOException("no answer");
        }
        Throwable cause = error.getCause();
        return error instanceof CompletionException && cause != null ? cause : error;
    }

    /** @param check what makes a value that JSON allows unfit for use; empty when nothing does */
    private static <T> Function<HttpResponse<String>, T> read(Class<T> type, Function<T, String> check) {
        return response -> {
            String problem;
            try {
                T value = Json.MAPPER.readValue(response.body(), type);
                problem = value == null ? "it is empty" : check.apply(value);
                if (value != null && problem.isEmpty()) {
                    return value;
                }
            } catch (JsonProcessingException e) {
                problem = e.getOriginalMessage();
            }
            throw new ControlPlaneException(
                    response.statusCode(),
                    "an answer from " + response.uri() + " makes no sense: " + problem.replaceAll("\\p{Cntrl}+", " "),
                    null);
        };
    }

    /** Jackson leaves what is missing null, whatever the types say. */
    private static String problemOf(ResolveAnswer answer) {
        if (answer.outcome() == null) {
            return "it has no outcome";
        }
        Origin origin = answer.origin();
        boolean bound = answer.outcome() == ResolveAnswer.Outcome.BOUND;
        boolean provisional = answer.outcome() == ResolveAnswer.Outcome.PROVISIONAL;
        if ((bound || provisional) && (origin == null || origin.id() == null)) {
            return "it is " + answer.outcome().word() + " without an origin";
        }
        if (bound && answer.binding() == null) {
            return "it is bound without a binding";
        }
        if (answer.beside() != null && answer.beside().id() == null) {
            return "it names another origin without an id";
        }
        return "";
    }

    private static TableAnswer readTable(HttpResponse<String> response) {
        try {
            return read(
                            TableAnswer.class,
                            answer -> answer.whole() == null && answer.delta() == null
                                    ? "it holds neither a table nor a delta"
                                    : "")
                    .apply(response);
        } catch (ControlPlaneException e) {
            throw new UnreadableTableException(e, versionIn(response.body()));
        }
    }

    private static @Nullable String versionIn(String body) {
        try {
            JsonNode answer = Json.MAPPER.readTree(body);
            JsonNode whole = answer.at("/whole/version");
            String version = (whole.isTextual() ? whole : answer.at("/delta/to")).asText();
            return TableVersion.parse(version).toString();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
