package io.millrace.control.security.user;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.limits.TokenBuckets;
import io.millrace.control.security.RefusedCallers;
import io.millrace.model.address.AddressGroup;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares passwords, so slowly that guessing is hopeless, and without a way to lock somebody out: an account under attack is closed to
 * addresses and browsers from which its user has never logged in, and open to those from which it has. A browser counts by itself, since many people
 * may have one address: that of a proxy.
 */
public final class PasswordCheck {

    private static final int BROWSER_BYTES = 32;
    private static final String CALL = "POST /api/v1/login";

    /** Wrong passwords of one address, and of one browser that is known: so many at once, then one in 30 s. */
    private static final int OF_ADDRESS = 10;

    private static final double OF_ADDRESS_PER_SECOND = 1 / 30.0;

    /** Wrong passwords for one account from all that it does not know. */
    private static final int OF_ACCOUNT = 30;

    private static final double OF_ACCOUNT_PER_SECOND = 0.1;

    private final Users users;
    private final Logins logins;
    private final LongSupplier nanos;
    private final MeterRegistry metrics;
    private final RefusedCallers refused;
    private final SecureRandom random = new SecureRandom();
    private final TokenBuckets senders = new TokenBuckets(OF_ADDRESS_PER_SECOND, OF_ADDRESS);
    private final TokenBuckets accounts = new TokenBuckets(OF_ACCOUNT_PER_SECOND, OF_ACCOUNT);

    /** A hash takes a core for a tenth of a second: one at a time for strangers, and one for those who are known. */
    private final Semaphore forStrangers = new Semaphore(1);

    private final Semaphore forKnown = new Semaphore(1);

    /** Compared with when there is no such user, so that it takes as long as when there is. */
    private final PasswordHash nobodys;

    /** @param nanos a monotonic clock */
    public PasswordCheck(
            Users users, Logins logins, LongSupplier nanos, MeterRegistry metrics, RefusedCallers refused) {
        this.users = users;
        this.logins = logins;
        this.nanos = nanos;
        this.metrics = metrics;
        this.refused = refused;
        this.nobodys = PasswordHash.of(users.randomPassword(), random);
    }

    /** What came of it. */
    public sealed interface Result {

        /**
         * @param secret for the browser, until the log-out
         * @param browser by which it is known from then on; null where it is already
         */
        record LoggedIn(User user, String secret, @Nullable String browser) implements Result {
            @Override
            public String toString() {
                return "log-in of " + user.name();
            }
        }

        /** Name or password; which of them is not said. */
        record Wrong() implements Result {}

        /** @param seconds after which it may work */
        record TooOften(int seconds) implements Result {}
    }

    /**
     * Whose attempt it is.
     *
     * @param browser what it was given when somebody logged in with it; null if nothing
     */
    public record Sender(String address, @Nullable String browser) {
        @Override
        public String toString() {
            return address;
        }
    }

    /** Takes a tenth of a second. */
    public Result logIn(String name, String password, Sender sender) {
        return compare(name, password, sender, this::begin);
    }

    /** Whether it is the password of somebody who is logged in; takes a tenth of a second. */
    public boolean isRight(String name, String password, Sender sender) {
        return compare(name, password, sender, (user, mark) -> new Result.LoggedIn(user, "", null))
                instanceof Result.LoggedIn;
    }

    private Result compare(
            String name, String password, Sender sender, BiFunction<User, @Nullable String, Result> whenRight) {
        String from = AddressGroup.of(sender.address());
        Optional<User> user = users.find(name);
        @Nullable String browser = knownMark(sender, user);
        boolean known =
                browser != null || user.filter(found -> found.isKnown(from)).isPresent();
        String bucket = browser == null ? from : browser;
        long now = nanos.getAsLong();
        if (!senders.take(bucket, now) || (!known && !accounts.take(name, now))) {
            var _ = refused.refused(from, CALL, "fewer wrong passwords");
            count("too-often");
            return new Result.TooOften((int) (1 / OF_ADDRESS_PER_SECOND));
        }
        Semaphore place = known ? forKnown : forStrangers;
        if (!place.tryAcquire()) {
            // It was not looked at, so it was no attempt.
            giveBack(name, bucket, known);
            count("too-often");
            return new Result.TooOften(1);
        }
        try {
            if (!user.map(User::password).orElse(nobodys).isOf(password) || user.isEmpty()) {
                var _ = refused.refused(from, CALL, "the right password");
                count("wrong");
                return new Result.Wrong();
            }
        } finally {
            place.release();
        }
        giveBack(name, bucket, known);
        users.seen(name, browser == null ? List.of(from) : List.of(browser, from));
        return whenRight.apply(user.get(), browser);
    }

    private static @Nullable String knownMark(Sender sender, Optional<User> user) {
        if (sender.browser() == null) {
            return null;
        }
        String mark = markOf(sender.browser());
        return user.filter(found -> found.isKnown(mark)).isPresent() ? mark : null;
    }

    private Result begin(User user, @Nullable String knownMark) {
        Optional<String> secret = logins.begin(user);
        count(secret.isPresent() ? "logged-in" : "too-often");
        if (secret.isEmpty()) {
            return new Result.TooOften(1);
        }
        @Nullable String browser = null;
        if (knownMark == null) {
            byte[] bytes = new byte[BROWSER_BYTES];
            random.nextBytes(bytes);
            browser = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            users.seen(user.name(), List.of(markOf(browser)));
        }
        return new Result.LoggedIn(user, secret.get(), browser);
    }

    /** No address, and nothing by which a browser could be found. */
    private static String markOf(String browser) {
        return "browser " + Logins.key(browser);
    }

    private void giveBack(String name, String bucket, boolean known) {
        senders.give(bucket);
        if (!known) {
            accounts.give(name);
        }
    }

    private void count(String outcome) {
        Counter.builder("millrace.logins")
                .description("Attempts to log in with a password")
                .tag("outcome", outcome)
                .register(metrics)
                .increment();
    }
}
