package io.millrace.control.security.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.security.Roles;
import io.millrace.control.security.user.PasswordCheck.Result;
import io.millrace.control.security.user.PasswordCheck.Sender;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PasswordCheckTest {

    private static final String PASSWORD = "correct horse battery";
    private static final String HOME = "192.0.2.1";

    private final MovableClock clock = new MovableClock();
    private final Users users = new Users(new MemoryKeyedStore<>(clock), clock, new SecureRandom());
    private final Logins logins = new Logins(new MemoryKeyedStore<>(clock), users, clock, new SecureRandom());
    private long nanos;
    private final PasswordCheck check =
            new PasswordCheck(users, logins, () -> nanos, new SimpleMeterRegistry(), new RefusedCallers(clock));

    @BeforeEach
    void alice() {
        users.add("alice", Roles.OPERATOR, PASSWORD);
    }

    @Test
    void theRightPasswordLogsInAndAWrongOneDoesNot() {
        assertThat(logIn("alice", PASSWORD, HOME))
                .isInstanceOfSatisfying(
                        Result.LoggedIn.class,
                        in -> assertThat(logins.use(in.secret()))
                                .hasValueSatisfying(
                                        user -> assertThat(user.role()).isEqualTo(Roles.OPERATOR)));
        assertThat(logIn("alice", PASSWORD + "x", HOME)).isEqualTo(new Result.Wrong());
        assertThat(logIn("nobody", PASSWORD, HOME)).isEqualTo(new Result.Wrong());
        assertThat(logIn("", PASSWORD, HOME)).isEqualTo(new Result.Wrong());
    }

    @Test
    void oneAddressGuessesOnlySoOftenAndOthersAreNotAffected() {
        for (int i = 0; i < 10; i++) {
            assertThat(logIn("user" + i, "guess", "203.0.113.7")).isEqualTo(new Result.Wrong());
        }
        assertThat(logIn("alice", PASSWORD, "203.0.113.7")).isInstanceOf(Result.TooOften.class);
        assertThat(logIn("alice", PASSWORD, "203.0.113.8")).isInstanceOf(Result.LoggedIn.class);
        nanos += Duration.ofSeconds(31).toNanos();
        assertThat(logIn("alice", PASSWORD, "203.0.113.7")).isInstanceOf(Result.LoggedIn.class);
    }

    @Test
    void guessingFromManyAddressesEndsAndTheOwnerStillLogsInFromHome() {
        assertThat(logIn("alice", PASSWORD, HOME)).isInstanceOf(Result.LoggedIn.class);
        int wrong = 0;
        for (int i = 0; i < 200; i++) {
            if (logIn("alice", "guess" + i, "198.51.100." + i) instanceof Result.Wrong) {
                wrong++;
            }
        }
        assertThat(wrong).isEqualTo(30);
        assertThat(logIn("alice", PASSWORD, HOME)).isInstanceOf(Result.LoggedIn.class);
    }

    @Test
    void aBrowserThatIsKnownLogsInFromAnAddressThatGuesses() {
        String proxy = "203.0.113.7";
        String browser = ((Result.LoggedIn) logIn("alice", PASSWORD, proxy)).browser();
        assertThat(browser).isNotNull();
        for (int i = 0; i < 100; i++) {
            var _ = logIn("alice", "guess" + i, proxy);
        }
        assertThat(logIn("alice", PASSWORD, proxy)).isInstanceOf(Result.TooOften.class);
        assertThat(check.logIn("alice", PASSWORD, new Sender(proxy, "made-up"))).isInstanceOf(Result.TooOften.class);
        assertThat(check.logIn("alice", PASSWORD, new Sender(proxy, browser)))
                .isInstanceOfSatisfying(
                        Result.LoggedIn.class,
                        in -> assertThat(in.browser()).as("known already").isNull());
        assertThat(users.find("alice").orElseThrow().toString()).doesNotContain(browser);
    }

    @Test
    void aBrowserThatIsKnownIsOneForItsUserOnlyAndGuessesOnlySoOften() {
        String browser = ((Result.LoggedIn) logIn("alice", PASSWORD, HOME)).browser();
        users.add("bob", Roles.ADMIN, PASSWORD + "2");
        Sender alices = new Sender("203.0.113.7", browser);
        int wrong = 0;
        for (int i = 0; i < 100; i++) {
            wrong += check.logIn("bob", "guess" + i, alices) instanceof Result.Wrong ? 1 : 0;
        }
        assertThat(wrong).as("as an address").isEqualTo(10);
        wrong = 0;
        for (int i = 0; i < 100; i++) {
            wrong += check.logIn("alice", "guess" + i, alices) instanceof Result.Wrong ? 1 : 0;
        }
        assertThat(wrong).as("as a browser").isEqualTo(10);
    }

    @Test
    void aFloodComputesOneHashAtATime() throws InterruptedException {
        AtomicInteger looked = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<Thread> guessers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String from = "198.51.100." + i;
            guessers.add(Thread.ofVirtual().start(() -> {
                Result result = logIn("bob", "guess", from);
                (result instanceof Result.Wrong ? looked : refused).incrementAndGet();
            }));
        }
        for (Thread guesser : guessers) {
            guesser.join();
        }
        assertThat(looked.get() + refused.get()).isEqualTo(50);
        assertThat(refused).hasPositiveValue();
        assertThat(looked).hasPositiveValue();
    }

    @Test
    void aLoginEndsWithItsTimeWithItsUserAndWithTheLogOut() {
        String first = secret();
        logins.end(first);
        assertThat(logins.use(first)).isEmpty();

        String second = secret();
        assertThat(users.changeRole("alice", Roles.VIEWER)).isPresent();
        assertThat(logins.use(second)).as("after another role").isEmpty();

        String third = secret();
        assertThat(users.changePassword("alice", PASSWORD)).isPresent();
        assertThat(logins.use(third)).as("after another password").isEmpty();

        String fourth = secret();
        for (int hour = 0; hour < 24; hour++) {
            assertThat(logins.use(fourth)).as("hour " + hour).isPresent();
            clock.advance(Duration.ofHours(1));
        }
        assertThat(logins.use(fourth)).as("after a day").isEmpty();

        String fifth = secret();
        clock.advance(Logins.IDLE.plusSeconds(1));
        assertThat(logins.use(fifth)).as("unused").isEmpty();

        String sixth = secret();
        assertThat(users.remove("alice")).isPresent();
        assertThat(logins.use(sixth)).as("of nobody").isEmpty();
    }

    @Test
    void passwordsAreKeptAsSaltedHashesAndNotShown() {
        users.add("bob", Roles.VIEWER, PASSWORD);
        User alice = users.find("alice").orElseThrow();
        User bob = users.find("bob").orElseThrow();
        assertThat(alice.password().hash()).isNotEqualTo(bob.password().hash());
        assertThat(alice.toString())
                .doesNotContain(PASSWORD)
                .doesNotContain(alice.password().hash());
        assertThat(alice.password().iterations()).isGreaterThanOrEqualTo(210_000);
    }

    private String secret() {
        return ((Result.LoggedIn) logIn("alice", PASSWORD, HOME)).secret();
    }

    private Result logIn(String name, String password, String address) {
        return check.logIn(name, password, new Sender(address, null));
    }
}
