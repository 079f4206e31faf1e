package io.millrace.control.security.token;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.digest.Sha256;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Secrets that were issued to machines, in a store that all control planes share: made at random, shown once, kept as a hash, found without waiting,
 * valid until they expire or are revoked. Any thread.
 */
public class IssuedSecrets<V extends Issued<V>> {

    private static final Logger LOG = Logger.getLogger(IssuedSecrets.class);

    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;

    private static final String ID = "[0-9a-f]{12}";

    /** An id, and a secret that has its number of characters. */
    private static final String ID_AND_SECRET = "(" + ID + ")_([A-Za-z0-9_-]{43})";

    private static final Pattern WRITTEN = Pattern.compile("(ml[a-z]_" + ID + ")_[A-Za-z0-9_-]{43}");

    /** A secret that signs URLs has no form of its own, but is longer than the name that belongs there. */
    private static final Pattern IN_PLACE_OF_A_KEY_NAME = Pattern.compile("(access/keys/)[^/\\s]{31,}");

    private static final String HIDDEN = "***";

    private static final Duration USE_KEPT_AGAIN_AFTER = Duration.ofMinutes(1);

    private final String prefix;
    private final String plural;
    private final int max;
    private final Pattern form;
    private final KeyedStore<String, V> store;
    private final SteadyClock clock;
    private final SecureRandom random;

    /** What was used since it was last kept. */
    private final Map<String, Instant> used = new ConcurrentHashMap<>();

    /**
     * @param prefix what each secret begins with; characters that a URL takes as they are
     * @param plural as messages name them
     * @param max so that a script that makes one for each run is noticed
     */
    protected IssuedSecrets(
            String prefix,
            String plural,
            int max,
            KeyedStore<String, V> store,
            SteadyClock clock,
            SecureRandom random) {
        this.prefix = prefix;
        this.plural = plural;
        this.max = max;
        this.form = Pattern.compile(prefix + ID_AND_SECRET);
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    /** An id as it may be recorded: a secret may have been sent in its place. */
    public static String shownId(String id) {
        return id.matches(ID) ? id : HIDDEN;
    }

    /** A text of a client, such as a path, without secrets that stand in it. */
    public static String withoutSecrets(String text) {
        String withoutIssued = WRITTEN.matcher(text).replaceAll("$1_" + HIDDEN);
        return IN_PLACE_OF_A_KEY_NAME.matcher(withoutIssued).replaceAll("$1" + HIDDEN);
    }

    /** @param secret to be shown once; it is kept nowhere */
    public record Made<V>(V issued, String secret) {
        @Override
        public String toString() {
            return String.valueOf(issued);
        }
    }

    /** Makes what is kept of a new secret. */
    protected interface Issue<V> {
        V of(String id, String digest, Instant now);
    }

    protected Made<V> make(Issue<V> issue) {
        if (store.size() >= max) {
            throw new ConflictException("there are " + max + " " + plural + "; revoke what is not used any more");
        }
        while (true) {
            String id = HexFormat.of().formatHex(bytes(ID_BYTES));
            String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES));
            V issued = issue.of(id, Sha256.hex(secret), now());
            if (store.compareAndSet(id, Versioned.ABSENT, issued, null).written()) {
                return new Made<>(issued, prefix + id + "_" + secret);
            }
        }
    }

    /** Ordered by id, those that have expired among them. */
    public List<V> all() {
        return store.list(null, max).stream()
                .map(entry -> entry.stored().value())
                .toList();
    }

    public boolean hasExpired(V issued) {
        return issued.hasExpired(now());
    }

    /** It is valid nowhere from then on, as soon as the other control planes know of it. */
    public Optional<V> revoke(String id) {
        while (true) {
            Optional<Versioned<V>> stored = store.find(id);
            if (stored.isEmpty() || store.remove(id, stored.get().version())) {
                return stored.map(Versioned::value);
            }
        }
    }

    /** What a caller presents; empty when it is unknown, was revoked or has expired. {@link #used} follows where it was accepted. */
    public Optional<V> find(String presented) {
        Matcher parts = form.matcher(presented);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Instant now = now();
        return store.find(parts.group(1))
                .map(Versioned::value)
                .filter(known -> known.isValid(Sha256.hex(parts.group(2)), now));
    }

    public void used(V issued) {
        used.put(issued.id(), now());
    }

    /** Whether one that was presented is valid still. */
    public boolean isValid(String id) {
        return store.find(id).filter(known -> !hasExpired(known.value())).isPresent();
    }

    /** Keeps what was used, at most once a minute for each. To be called now and then; may wait for the store. */
    public void keepUses() {
        for (Iterator<Map.Entry<String, Instant>> uses = used.entrySet().iterator(); uses.hasNext(); ) {
            Map.Entry<String, Instant> use = uses.next();
            try {
                store.find(use.getKey())
                        .filter(stored -> isDue(stored.value(), use.getValue()))
                        .ifPresent(stored -> store.compareAndSet(
                                use.getKey(), stored.version(), stored.value().usedAt(use.getValue()), null));
                uses.remove();
            } catch (StoreUnavailableException away) {
                LOG.debugf("last use of %s not kept why=\"%s\"", plural, away.getMessage());
                return;
            }
        }
    }

    private static boolean isDue(Issued<?> kept, Instant use) {
        Instant last = kept.lastUsedAt();
        return last == null || use.isAfter(last.plus(USE_KEPT_AGAIN_AFTER));
    }

    private Instant now() {
        return clock.shown(clock.instant());
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
