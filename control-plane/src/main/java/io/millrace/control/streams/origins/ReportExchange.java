package io.millrace.control.streams.origins;

import io.millrace.control.store.BatchExchange;
import io.millrace.control.store.BatchExchange.Limits;
import io.millrace.control.store.BatchExchange.WhenUnavailable;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.streams.live.PublisherNotice;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Shares what origins report to one control plane with the others: a callback reaches one of them, and one alone polls an origin. Reports are
 * shared, not what follows from them, which each control plane works out for itself. Notices that cannot be written are dropped: the
 * next list of the origin makes up for it.
 */
final class ReportExchange implements OriginReports.Others {

    static final Limits LIMITS = new Limits(20_000, 500, Duration.ofSeconds(30), WhenUnavailable.DROP);

    private final OriginReports reports;
    private final SteadyClock clock;
    private final BatchExchange<Queued, NoticeBatch> notices;
    private final ListExchange lists;

    /** @param at when it came */
    private record Queued(PublisherNotice notice, Instant at) {}

    /** @param writer names this run of this control plane, as no other is named */
    ReportExchange(
            KeyedStore<String, NoticeBatch> notices,
            KeyedStore<OriginId, ListHead> heads,
            KeyedStore<String, ListPart> parts,
            String writer,
            SteadyClock clock,
            OriginReports reports) {
        this.reports = reports;
        this.clock = clock;
        this.notices = new BatchExchange<>(notices, writer, LIMITS, queued -> batch(writer, queued), this::receive);
        this.lists = new ListExchange(heads, parts, writer, clock, reports::received);
    }

    static ReportExchange open(KeyedStores stores, String writer, SteadyClock clock, OriginReports reports) {
        return new ReportExchange(
                stores.shared("origin-words", String.class, NoticeBatch.class),
                stores.shared("origin-lists", OriginId.class, ListHead.class),
                stores.shared("origin-list-parts", String.class, ListPart.class),
                writer,
                clock,
                reports);
    }

    /** Takes in what is stored, lists first, since notices are newer; and from now on what comes. */
    void start() {
        reports.shareWith(this);
        lists.start();
        lists.catchUp();
        notices.start();
    }

    /** Hands over what is queued, in both directions; to be called some twenty times a second, by one at a time. */
    void tick() {
        notices.flush();
        lists.catchUp();
    }

    @Override
    public void notice(PublisherNotice notice, Instant at) {
        notices.send(new Queued(notice, at));
    }

    @Override
    public void listed(
            OriginId origin, Incarnation incarnation, Map<StreamKey, String> live, boolean complete, Instant asked) {
        lists.share(origin, incarnation, live, complete, asked);
    }

    private NoticeBatch batch(String writer, List<Queued> queued) {
        Instant now = clock.instant();
        return new NoticeBatch(
                writer,
                queued.stream()
                        .map(one -> new NoticeBatch.Sent(
                                one.notice, Duration.between(one.at, now).toMillis()))
                        .toList());
    }

    private int receive(List<NoticeBatch> batches) {
        List<NoticeBatch.Sent> sent =
                batches.stream().flatMap(batch -> batch.notices().stream()).toList();
        sent.forEach(one -> reports.received(one.notice(), Duration.ofMillis(Math.max(0, one.agoMillis()))));
        return sent.size();
    }

    BatchExchange<?, ?> notices() {
        return notices;
    }

    ListExchange lists() {
        return lists;
    }
}
