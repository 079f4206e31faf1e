package io.millrace.control.srs.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.security.token.IssuedSecrets.Made;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OriginCredentialsTest {

    private final MovableClock clock = new MovableClock();
    private final MemoryKeyedStore<String, RegistrationCredential> store = new MemoryKeyedStore<>(clock);
    private final RegistrationCredentials credentials = new RegistrationCredentials(store, clock, new SecureRandom());

    @Test
    void onlyTheWholeSecretIsFound() {
        String secret = credentials.make("vid-*", "none", "alice", null).secret();
        assertThat(credentials.find(secret)).isPresent();
        String other = credentials.make("*", "10.0.0.0/8", "alice", null).secret();
        String mixed = secret.substring(0, 17) + other.substring(17);
        for (String wrong : new String[] {
            "", "mlo_", secret + "A", secret.substring(0, secret.length() - 1), " " + secret, mixed, secret.substring(4)
        }) {
            assertThat(credentials.find(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void theSecretIsKeptNowhereAndShownNowhere() {
        Made<RegistrationCredential> made = credentials.make("*", "none", "alice", null);
        String part = made.secret().substring(17);
        assertThat(store.find(made.issued().id()).orElseThrow().value())
                .usingRecursiveComparison()
                .isEqualTo(made.issued());
        assertThat(made.issued().digest()).doesNotContain(part);
        assertThat(made + " " + made.issued()).doesNotContain(part);
    }

    @Test
    void itEndsWhenItExpiresOrIsRevoked() {
        Instant end = clock.shown(clock.instant()).plusSeconds(60);
        String expiring = credentials.make("*", "none", "alice", end).secret();
        Made<RegistrationCredential> lasting = credentials.make("*", "none", "alice", null);
        assertThat(credentials.find(expiring)).isPresent();
        clock.advance(Duration.ofSeconds(60));
        assertThat(credentials.find(expiring)).isEmpty();
        assertThat(credentials.find(lasting.secret())).isPresent();
        assertThat(credentials.revoke(lasting.issued().id())).isPresent();
        assertThat(credentials.find(lasting.secret())).isEmpty();
        assertThat(credentials.revoke(lasting.issued().id())).isEmpty();
    }

    @Test
    void theLastUseIsKeptOnceAMinute() {
        RegistrationCredential credential =
                credentials.make("*", "none", "alice", null).issued();
        credentials.keepUses();
        assertThat(credentials.all().getFirst().lastUsedAt()).isNull();
        credentials.used(credential);
        credentials.keepUses();
        Instant first = credentials.all().getFirst().lastUsedAt();
        assertThat(first).isNotNull();
        clock.advance(Duration.ofSeconds(10));
        credentials.used(credential);
        credentials.keepUses();
        assertThat(credentials.all().getFirst().lastUsedAt()).isEqualTo(first);
        clock.advance(Duration.ofSeconds(60));
        credentials.used(credential);
        credentials.keepUses();
        assertThat(credentials.all().getFirst().lastUsedAt()).isAfter(first);
    }

    @Test
    void thereIsAMost() {
        for (int i = 0; i < RegistrationCredentials.MAX_CREDENTIALS; i++) {
            credentials.make("*", "none", "alice", null);
        }
        assertThatThrownBy(() -> credentials.make("*", "none", "alice", null)).isInstanceOf(ConflictException.class);
        assertThat(credentials.all()).hasSize(RegistrationCredentials.MAX_CREDENTIALS);
    }
}
