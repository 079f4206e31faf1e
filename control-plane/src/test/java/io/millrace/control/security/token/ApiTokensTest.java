package io.millrace.control.security.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.errors.ConflictException;
import io.millrace.control.security.Roles;
import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.memory.MemoryKeyedStore;
import io.millrace.control.time.MovableClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ApiTokensTest {

    private final MovableClock clock = new MovableClock();
    private final KeyedStore<String, ApiToken> store = new MemoryKeyedStore<>(clock);
    private final ApiTokens tokens = new ApiTokens(store, clock, new SecureRandom());

    @Test
    void aTokenIsFoundByItsSecretAndByNothingElse() {
        IssuedSecrets.Made<ApiToken> made = tokens.make("script", Roles.OPERATOR, "alice", null);
        assertThat(tokens.use(made.secret())).contains(made.issued());
        String other = tokens.make("other", Roles.ADMIN, "alice", null).secret();
        String mixed = made.secret().substring(0, 17) + other.substring(17);
        assertThat(tokens.use(mixed)).isEmpty();
        assertThat(tokens.use(made.secret().substring(0, 59))).isEmpty();
        assertThat(tokens.use(made.secret() + "x")).isEmpty();
        assertThat(tokens.use("")).isEmpty();
    }

    @Test
    void theSecretIsKeptNowhere() {
        IssuedSecrets.Made<ApiToken> made = tokens.make("script", Roles.VIEWER, "alice", null);
        String secret = made.secret().substring(17);
        assertThat(made.toString()).doesNotContain(secret);
        assertThat(tokens.all()).singleElement().satisfies(token -> {
            assertThat(token.toString()).doesNotContain(secret);
            assertThat(token.digest()).isNotEqualTo(secret).hasSize(64);
        });
    }

    @Test
    void anExpiredAndARevokedTokenAreValidNoMore() {
        Instant soon = clock.shown(clock.instant()).plusSeconds(60);
        IssuedSecrets.Made<ApiToken> expires = tokens.make("expires", Roles.VIEWER, "alice", soon);
        IssuedSecrets.Made<ApiToken> revoked = tokens.make("revoked", Roles.VIEWER, "alice", null);
        assertThat(tokens.use(expires.secret())).isPresent();
        clock.advance(Duration.ofSeconds(60));
        assertThat(tokens.use(expires.secret())).isEmpty();
        assertThat(tokens.revoke(revoked.issued().id())).isPresent();
        assertThat(tokens.use(revoked.secret())).isEmpty();
        assertThat(tokens.revoke(revoked.issued().id())).isEmpty();
    }

    @Test
    void theLastUseIsKeptAtMostOnceAMinute() {
        IssuedSecrets.Made<ApiToken> made = tokens.make("script", Roles.VIEWER, "alice", null);
        Instant first = clock.shown(clock.instant());
        assertThat(tokens.use(made.secret())).isPresent();
        tokens.keepUses();
        assertThat(tokens.all().getFirst().lastUsedAt()).isEqualTo(first);
        long version = store.find(made.issued().id()).orElseThrow().version();
        for (int second = 0; second < 60; second++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(tokens.use(made.secret())).isPresent();
            tokens.keepUses();
        }
        assertThat(store.find(made.issued().id()).orElseThrow().version()).isEqualTo(version);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.use(made.secret())).isPresent();
        tokens.keepUses();
        assertThat(tokens.all().getFirst().lastUsedAt()).isEqualTo(first.plusSeconds(61));
    }

    @Test
    void thereAreOnlySoMany() {
        for (int i = 0; i < ApiTokens.MAX_TOKENS; i++) {
            tokens.make("script", Roles.VIEWER, "alice", null);
        }
        assertThatThrownBy(() -> tokens.make("one more", Roles.VIEWER, "alice", null))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void aSecretThatStandsWhereAnIdBelongsIsNotShown() {
        IssuedSecrets.Made<ApiToken> made = tokens.make("script", Roles.VIEWER, "alice", null);
        String id = made.issued().id();
        assertThat(ApiTokens.shownId(id)).isEqualTo(id);
        assertThat(ApiTokens.shownId(made.secret())).isEqualTo("***");
        assertThat(IssuedSecrets.withoutSecrets("DELETE /api/v1/tokens/" + made.secret() + "/x"))
                .isEqualTo("DELETE /api/v1/tokens/mlr_" + id + "_***/x");
    }
}
