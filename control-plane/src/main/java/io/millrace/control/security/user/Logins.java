package io.millrace.control.security.user;

import io.millrace.control.security.Caller;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.digest.Sha256;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is logged in. A log-in made at one control plane holds at all, and so does a log-out. */
public final class Logins {

    /** Without a request. */
    static final Duration IDLE = Duration.ofHours(8);

    static final Duration LONGEST = Duration.ofHours(24);

    /** Each took a right password or somebody whom the provider knows, so this is far away. */
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

    /**
     * Whose log-in it is.
     *
     * @param byProvider null where that is a user of this cluster
     */
    public record Holder(String name, String role, Login.@Nullable ByProvider byProvider) {

        /** As {@link Caller} names it. */
        public String credential() {
            return byProvider == null ? Caller.LOG_IN : Caller.PROVIDER_LOG_IN;
        }
    }

    /** @return the secret that the browser shows from now on; empty when too many are logged in */
    Optional<String> begin(User user) {
        return begin(new Login(user.name(), user.generation(), now(), null));
    }

    /** Likewise, for somebody whom an identity provider knows. */
    public Optional<String> begin(String name, Login.ByProvider byProvider) {
        return begin(new Login(name, 0, now(), byProvider));
    }

    private Optional<String> begin(Login login) {
        if (store.size() >= MAX_LOGINS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        boolean written =
                store.compareAndSet(key(id), Versioned.ABSENT, login, IDLE).written();
        return written ? Optional.of(id) : Optional.empty();
    }

    /** The user with the role of now; empty when that log-in has ended. */
    public Optional<Holder> use(String id) {
        if (id.length() != ID_LENGTH) {
            return Optional.empty();
        }
        String key = key(id);
        Optional<Holder> holder = find(key);
        if (holder.isPresent()) {
            var _ = store.touch(key, IDLE);
        }
        return holder;
    }

    /** Whether a log-in that was shown has not ended; no use of it. */
    public boolean isValid(String id) {
        return find(key(id)).isPresent();
    }

    private Optional<Holder> find(String key) {
        return store.find(key)
                .map(Versioned::value)
                .filter(login -> now().isBefore(login.since().plus(LONGEST)))
                .flatMap(this::holder);
    }

    private Optional<Holder> holder(Login login) {
        Login.ByProvider provider = login.byProvider();
        if (provider != null) {
            return now().isBefore(provider.until())
                    ? Optional.of(new Holder(login.user(), provider.role(), provider))
                    : Optional.empty();
        }
        return users.find(login.user())
                .filter(known -> known.generation() == login.generation())
                .map(known -> new Holder(known.name(), known.role(), null));
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
