package io.millrace.control.security.user;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.Versioned;
import io.millrace.control.time.SteadyClock;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The users of this cluster. */
public final class Users {

    public static final int MAX_USERS = 1_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final int MIN_PASSWORD = 10;
    private static final int GENERATED_BYTES = 15;

    private final KeyedStore<String, User> store;
    private final SteadyClock clock;
    private final SecureRandom random;

    public Users(KeyedStore<String, User> store, SteadyClock clock, SecureRandom random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    public Optional<User> find(String name) {
        return store.find(name).map(Versioned::value);
    }

    /** Ordered by name. */
    public List<User> all() {
        return store.list(null, MAX_USERS).stream()
                .map(entry -> entry.stored().value())
                .toList();
    }

    /** @return false when there are users already, which another control plane may have made just now */
    boolean makeFirst(String name, String role, String password) {
        return store.size() == 0 && create(name, role, password);
    }

    public void add(String name, String role, String password) {
        if (store.size() >= MAX_USERS) {
            throw new ConflictException("there are " + MAX_USERS + " users; remove those who are not there any more");
        }
        if (!create(name, role, password)) {
            throw new ConflictException("there is a user " + name + " already");
        }
    }

    private boolean create(String name, String role, String password) {
        User user = new User(name, role, PasswordHash.of(password, random), 1, clock.shown(clock.instant()), List.of());
        return store.compareAndSet(name, Versioned.ABSENT, user, null).written();
    }

    /** Ends the user's log-ins. */
    public Optional<User> changePassword(String name, String password) {
        PasswordHash hash = PasswordHash.of(password, random);
        return change(name, user -> user.withPassword(hash));
    }

    /** Ends the user's log-ins. */
    public Optional<User> changeRole(String name, String role) {
        return change(name, user -> user.role().equals(role) ? user : user.withRole(role));
    }

    /** @param from address groups and marks of browsers; the last one becomes the newest */
    void seen(String name, List<String> from) {
        var _ = change(name, user -> {
            User seen = user;
            for (String one : from) {
                seen = seen.seenAt(one);
            }
            return seen;
        });
    }

    private Optional<User> change(String name, UnaryOperator<User> change) {
        while (true) {
            Optional<Versioned<User>> stored = store.find(name);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            User before = stored.get().value();
            User after = change.apply(before);
            if (after.equals(before)
                    || store.compareAndSet(name, stored.get().version(), after, null)
                            .written()) {
                return Optional.of(after);
            }
        }
    }

    /** Ends the user's log-ins. */
    public Optional<User> remove(String name) {
        while (true) {
            Optional<Versioned<User>> stored = store.find(name);
            if (stored.isEmpty() || store.remove(name, stored.get().version())) {
                return stored.map(Versioned::value);
            }
        }
    }

    /** A password that nobody has to think of. */
    public String randomPassword() {
        byte[] bytes = new byte[GENERATED_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidFieldException(
                    "name", "name is '" + name + "'; it must be 1 to 64 letters, digits, and . _ @ - after the first");
        }
        return name;
    }

    public static String checkedPassword(String password) {
        return checkedPassword(password, "password");
    }

    /** @param field that it came in */
    public static String checkedPassword(String password, String field) {
        if (password.length() < MIN_PASSWORD) {
            throw new InvalidFieldException(field, field + " is shorter than " + MIN_PASSWORD + " characters");
        }
        return password;
    }
}
