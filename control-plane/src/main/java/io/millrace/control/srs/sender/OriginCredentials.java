package io.millrace.control.srs.sender;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.StoreUnavailableException;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.address.Networks;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The credentials of origins, in a durable store that all control planes share. Any thread; finding one never waits. */
public final class OriginCredentials {

    public static final int MAX_CREDENTIALS = 2_000;

    /** What every one begins with; characters that a URL takes as they are. */
    static final String PREFIX = "mlo_";

    private static final Logger LOG = Logger.getLogger(OriginCredentials.class);

    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;

    /** An id, and a secret that has its number of characters. */
    private static final Pattern FORM = Pattern.compile(PREFIX + "([0-9a-f]{12})_([A-Za-z0-9_-]{43})");

    private static final Duration USE_KEPT_AGAIN_AFTER = Duration.ofMinutes(1);

    private final KeyedStore<String, OriginCredential> store;
    private final SteadyClock clock;
    private final SecureRandom random;

    /** What was used since it was last kept. */
    private final Map<String, Instant> used = new ConcurrentHashMap<>();

    public OriginCredentials(KeyedStore<String, OriginCredential> store, SteadyClock clock, SecureRandom random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    /** @param secret to be shown once; it is kept nowhere */
    public record Made(OriginCredential credential, String secret) {
        @Override
        public String toString() {
            return credential.toString();
        }
    }

    /**
     * @param servers a pattern
     * @param networks as {@link Networks} reads them
     */
    public Made make(String servers, String networks, String createdBy, @Nullable Instant expiresAt) {
        if (store.size() >= MAX_CREDENTIALS) {
            throw new ConflictException(
                    "there are " + MAX_CREDENTIALS + " origin credentials; revoke what is not used any more");
        }
        while (true) {
            String id = HexFormat.of().formatHex(bytes(ID_BYTES));
            String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES));
            OriginCredential credential =
                    new OriginCredential(id, servers, networks, digest(secret), now(), createdBy, expiresAt, null);
            if (store.compareAndSet(id, Versioned.ABSENT, credential, null).written()) {
                return new Made(credential, PREFIX + id + "_" + secret);
            }
        }
    }

    /** Ordered by id, those that have expired among them. */
    public List<OriginCredential> all() {
        return store.list(null, MAX_CREDENTIALS).stream()
                .map(entry -> entry.stored().value())
                .toList();
    }

    public boolean hasExpired(OriginCredential credential) {
        return credential.hasExpired(now());
    }

    /** It is taken nowhere from then on, as soon as the other control planes know of it. */
    public Optional<OriginCredential> revoke(String id) {
        while (true) {
            Optional<Versioned<OriginCredential>> stored = store.find(id);
            if (stored.isEmpty() || store.remove(id, stored.get().version())) {
                return stored.map(Versioned::value);
            }
        }
    }

    /** What somebody presents; empty when it is unknown, was revoked or has expired. {@link #used} follows where it was taken. */
    Optional<OriginCredential> find(String presented) {
        var parts = FORM.matcher(presented);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Instant now = now();
        return store.find(parts.group(1))
                .map(Versioned::value)
                .filter(known -> known.isValid(digest(parts.group(2)), now));
    }

    void used(OriginCredential credential) {
        used.put(credential.id(), now());
    }

    /** Keeps what was used, at most once a minute for each. To be called now and then; may wait for the store. */
    void keepUses() {
        for (Iterator<Map.Entry<String, Instant>> uses = used.entrySet().iterator(); uses.hasNext(); ) {
            Map.Entry<String, Instant> use = uses.next();
            try {
                store.find(use.getKey())
                        .filter(stored -> isDue(stored.value(), use.getValue()))
                        .ifPresent(stored -> store.compareAndSet(
                                use.getKey(), stored.version(), stored.value().usedAt(use.getValue()), null));
                uses.remove();
            } catch (StoreUnavailableException away) {
                LOG.debugf("last use of origin credentials not kept why=\"%s\"", away.getMessage());
                return;
            }
        }
    }

    private static boolean isDue(OriginCredential kept, Instant use) {
        return kept.lastUsedAt() == null || use.isAfter(kept.lastUsedAt().plus(USE_KEPT_AGAIN_AFTER));
    }

    private Instant now() {
        return clock.shown(clock.instant());
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String digest(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
