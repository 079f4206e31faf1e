package io.millrace.control.security.user;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.limits.TokenBuckets;
import io.millrace.model.address.AddressGroup;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Compares passwords, so slowly that guessing is hopeless, and without a way to lock somebody out: an account under attack is closed to
 * addresses from which its user has never logged in, and open to those from which it has.
 */
public final class PasswordCheck {

    private static final Logger LOG = Logger.getLogger(PasswordCheck.class);

    /** Wrong passwords of one address: so many at once, then one in 30 s. */
    private static final int OF_ADDRESS = 10;

    private static final double OF_ADDRESS_PER_SECOND = 1 / 30.0;

    /** Wrong passwords for one account from all addresses that it does not know. */
    private static final int OF_ACCOUNT = 30;

    private static final double OF_ACCOUNT_PER_SECOND = 0.1;

    private final Users users;
    private final Logins logins;
    private final LongSupplier nanos;
    private final MeterRegistry metrics;
    private final TokenBuckets addresses = new TokenBuckets(OF_ADDRESS_PER_SECOND, OF_ADDRESS);
    private final TokenBuckets accounts = new TokenBuckets(OF_ACCOUNT_PER_SECOND, OF_ACCOUNT);

    /** A hash takes a core for a tenth of a second: one at a time for strangers, and one for those who are known. */
    private final Semaphore forStrangers = new Semaphore(1);

    private final Semaphore forKnown = new Semaphore(1);

    /** Compared with when there is no such user, so that it takes as long as when there is. */
    private final PasswordHash nobodys;

    /** @param nanos a monotonic clock */
    public PasswordCheck(Users users, Logins logins, LongSupplier nanos, MeterRegistry metrics) {
        this.users = users;
        this.logins = logins;
        this.nanos = nanos;
        this.metrics = metrics;
        SecureRandom random = new SecureRandom();
        this.nobodys = PasswordHash.of(users.randomPassword(), random);
    }

    /** What came of it. */
    public sealed interface Result {

        /** @param secret for the browser */
        record LoggedIn(User user, String secret) implements Result {
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

    /** Takes a tenth of a second. */
    public Result logIn(String name, String password, String address) {
        return compare(name, password, address, this::begin);
    }

    /** Whether it is the password of somebody who is logged in; takes a tenth of a second. */
    public boolean isRight(String name, String password, String address) {
        return compare(name, password, address, user -> new Result.LoggedIn(user, "")) instanceof Result.LoggedIn;
    }

    private Result compare(String name, String password, String address, Function<User, Result> whenRight) {
        String from = AddressGroup.of(address);
        Optional<User> user = users.find(name);
        boolean known = user.filter(found -> found.knownFrom().contains(from)).isPresent();
        long now = nanos.getAsLong();
        if (!addresses.take(from, now) || (!known && !accounts.take(name, now))) {
            count("too-often");
            return new Result.TooOften((int) (1 / OF_ADDRESS_PER_SECOND));
        }
        Semaphore place = known ? forKnown : forStrangers;
        if (!place.tryAcquire()) {
            // It was not looked at, so it was no attempt.
            giveBack(name, from, known);
            count("too-often");
            return new Result.TooOften(1);
        }
        try {
            if (!user.map(User::password).orElse(nobodys).isOf(password) || user.isEmpty()) {
                LOG.infof("log-in refused from=%s", from);
                count("wrong");
                return new Result.Wrong();
            }
        } finally {
            place.release();
        }
        giveBack(name, from, known);
        users.seen(name, from);
        return whenRight.apply(user.get());
    }

    private Result begin(User user) {
        Optional<String> secret = logins.begin(user);
        count(secret.isPresent() ? "logged-in" : "too-often");
        return secret.<Result>map(id -> new Result.LoggedIn(user, id)).orElseGet(() -> new Result.TooOften(1));
    }

    private void giveBack(String name, String from, boolean known) {
        addresses.give(from);
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
