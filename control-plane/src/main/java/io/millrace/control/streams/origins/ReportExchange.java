package io.millrace.control.streams.origins;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.streams.live.OriginWord;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import java.time.Instant;
import java.util.Map;

/**
 * Lets every control plane know what origins said to any of them: one is told that a publisher came, another that it left, and only
 * one asks an origin for its list. What is shared is what was said, not what follows from it: that each finds out for itself. While the
 * store is away what is said stays where it was said, until the next list.
 */
final class ReportExchange implements OriginReports.Others {

    private final OriginReports reports;
    private final WordExchange words;
    private final ListExchange lists;

    /** @param writer names this run of this control plane, as no other is named */
    ReportExchange(
            KeyedStore<String, WordBatch> words,
            KeyedStore<OriginId, ListHead> heads,
            KeyedStore<String, ListPart> parts,
            String writer,
            SteadyClock clock,
            OriginReports reports) {
        this.reports = reports;
        this.words = new WordExchange(words, writer, clock, reports::heard);
        this.lists = new ListExchange(heads, parts, writer, clock, reports::heard);
    }

    static ReportExchange open(KeyedStores stores, String writer, SteadyClock clock, OriginReports reports) {
        return new ReportExchange(
                stores.shared("origin-words", String.class, WordBatch.class),
                stores.shared("origin-lists", OriginId.class, ListHead.class),
                stores.shared("origin-list-parts", String.class, ListPart.class),
                writer,
                clock,
                reports);
    }

    /** Takes in what is there, lists first, since words are newer; and from now on what comes. */
    void start() {
        reports.tell(this);
        lists.start();
        lists.catchUp();
        words.start();
    }

    /** Hands over what has gathered, in both directions; to be called some twenty times a second, by one at a time. */
    void tick() {
        words.flush();
        lists.catchUp();
    }

    @Override
    public void said(OriginWord word, Instant at) {
        words.say(word, at);
    }

    @Override
    public void listed(
            OriginId origin, Incarnation incarnation, Map<StreamKey, String> live, boolean complete, Instant asked) {
        lists.share(origin, incarnation, live, complete, asked);
    }

    WordExchange words() {
        return words;
    }

    ListExchange lists() {
        return lists;
    }
}
