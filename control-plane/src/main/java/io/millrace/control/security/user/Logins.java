package io.millrace.control.security.user;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.digest.Sha256;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Who is logged in. A log-in made at one control plane holds at all, and so does a log-out. */
public final class Logins {

    /** Without a request. */
    static final Duration IDLE = Duration.ofHours(8);

    static final Duration LONGEST = Duration.ofHours(24);

    /** Each took a right password, so this is far away. */
    private static final int MAX_LOGINS = 10_000;

    private static final int ID_BYTES = 32;
    private static final int ID_LENGTH = 43;

    private final KeyedStore<String, Login> store;
    private final Users users;
    private final SteadyClock clock;
    private final SecureRandom random;

    public Logins(KeyedStore<String, Login> store, Users users, SteadyClock clock, SecureRandom random) {
        this.store = store;
        this.users = users;
        this.clock = clock;
        this.random = random;
    }

    /** @return the secret that the browser shows from now on; empty when too many are logged in */
    Optional<String> begin(User user) {
        if (store.size() >= MAX_LOGINS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Login login = new Login(user.name(), user.generation(), now());
        boolean written =
                store.compareAndSet(key(id), Versioned.ABSENT, login, IDLE).written();
        return written ? Optional.of(id) : Optional.empty();
    }

    /** The user with the role of now; empty when that log-in has ended. */
    public Optional<User> use(String id) {
        if (id.length() != ID_LENGTH) {
            return Optional.empty();
        }
        String key = key(id);
        Optional<User> user = find(key);
        if (user.isPresent()) {
            var _ = store.touch(key, IDLE);
        }
        return user;
    }

    /** Whether a log-in that was shown has not ended; no use of it. */
    public boolean isValid(String id) {
        return find(key(id)).isPresent();
    }

    private Optional<User> find(String key) {
        return store.find(key)
                .map(Versioned::value)
                .filter(login -> now().isBefore(login.since().plus(LONGEST)))
                .flatMap(login -> users.find(login.user()).filter(known -> known.generation() == login.generation()));
    }

    public void end(String id) {
        String key = key(id);
        store.find(key).ifPresent(stored -> store.remove(key, stored.version()));
    }

    private Instant now() {
        return clock.shown(clock.instant());
    }

    /** Under which a secret is kept. */
    static String key(String id) {
        return Sha256.hex(id);
    }
}
