package io.millrace.control.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://h                                  | standalone | redis://h:6379             | redis h:6379",
                "redis://h:1/3                              | standalone | redis://h:1/3              | redis h:1/3",
                "redis://h/                                 | standalone | redis://h:6379             | redis h:6379",
                "redis://[::1]:7                            | standalone | redis://[::1]:7            | redis [::1]:7",
                "redis://:s%40cret@h                        | standalone | redis://:s%40cret@h:6379   | redis h:6379",
                "redis://me:s+%2Fc@h                        | standalone | redis://me:s%2B%2Fc@h:6379 | redis h:6379",
                "redis://me:a:b@h                           | standalone | redis://me:a%3Ab@h:6379    | redis h:6379",
                "rediss://h:2                               | standalone | rediss://h:2               | redis h:2 (TLS)",
                "redis-sentinel://a,b:5/main                | sentinel | redis://a:26379,redis://b:5  | redis sentinel main at a:26379,b:5",
                "redis-sentinel://:pw@a/main/2              | sentinel | redis://:pw@a:26379/2        | redis sentinel main at a:26379/2",
                "redis-cluster://a,b:5                      | cluster | redis://a:6379,redis://b:5    | redis cluster a:6379,b:5",
                "rediss-cluster://u:p@a                     | cluster | rediss://u:p@a:6379           | redis cluster a:6379 (TLS)",
            })
    void readsEveryForm(String url, String type, String hosts, String shown) {
        RedisAddress address = RedisAddress.ofUrl(url);
        assertThat(address.quarkus(""))
                .containsAllEntriesOf(Map.of("quarkus.redis.client-type", type, "quarkus.redis.hosts", hosts));
        assertThat(address.shown()).isEqualTo(shown);
        assertThat(address).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "http://me:secret@h",
                "redis://me:secret@",
                "redis://me:secret@h:99999",
                "redis://me:secret@h:x",
                "redis://me:secret@a,b",
                "redis://me:secret@h/db",
                "redis://me:sec@ret@h",
                "redis://me:%ZZsecret@h",
                "redis-sentinel://me:secret@h",
                "redis-sentinel://me:secret@h/main/1/2",
                "redis-cluster://me:secret@h/1",
                "redis-proxy://me:secret@h",
                "me:secret@h",
            })
    void refusesEverythingElseAndNeverShowsThePassword(String url) {
        assertThatThrownBy(() -> RedisAddress.ofUrl(url))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("MILLRACE_REDIS_URL (millrace.redis.url) is '")
                .message()
                .doesNotContain(url.contains("@") ? "secret" : "\n")
                .doesNotContain("\n");
    }

    @Test
    void takesTheVariablesOfTheProxyOfSrs() {
        assertThat(RedisAddress.ofParts("10.0.0.1", "6380", "p@s/${x},", "4").quarkus(""))
                .containsEntry("quarkus.redis.hosts", "redis://:p%40s%2F%24%7Bx%7D%2C@10.0.0.1:6380/4");
        assertThat(RedisAddress.ofParts("::1", "6379", "", "0").quarkus(""))
                .containsEntry("quarkus.redis.hosts", "redis://[::1]:6379");
        assertThatThrownBy(() -> RedisAddress.ofParts("a b", "6379", "", "0"))
                .hasMessageContaining("PROXY_REDIS_HOST (proxy.redis.host) is 'a b'");
        assertThatThrownBy(() -> RedisAddress.ofParts("a", "0", "", "0")).hasMessageContaining("PROXY_REDIS_PORT");
        assertThatThrownBy(() -> RedisAddress.ofParts("a", "1", "", "x")).hasMessageContaining("PROXY_REDIS_DB");
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', millrace",
        "mine, '', mine",
        "mine, theirs, mine",
        "'', theirs, theirs:millrace",
        "'', 'a b/ü{t}*?', 'a b/ü{t}*?:millrace'",
        "'', 'a}{}', 'a}{}:millrace'"
    })
    void putsOurPrefixBehindThatOfTheProxyOfSrs(String own, String proxy, String prefix) {
        assertThat(RedisAddress.ofUrl("redis://h").prefix(own, proxy)).isEqualTo(prefix);
    }

    @Test
    void refusesPrefixesThatWouldBreakKeys() {
        RedisAddress cluster = RedisAddress.ofUrl("redis-cluster://h");
        assertThat(cluster.prefix("", "}{a}{}")).isEqualTo("}{a}{}:millrace");
        assertThatThrownBy(() -> cluster.prefix("", "a}{}{b}"))
                .hasMessageStartingWith("PROXY_REDIS_KEY_PREFIX (proxy.redis.key.prefix) is 'a}{}{b}'");
        assertThatThrownBy(() -> cluster.prefix("", "x".repeat(257))).isInstanceOf(InvalidSettingException.class);
        assertThatThrownBy(() -> cluster.prefix("", "a\rb")).isInstanceOf(InvalidSettingException.class);
        assertThatThrownBy(() -> cluster.prefix("{a}", "")).hasMessageStartingWith("MILLRACE_REDIS_PREFIX (");
    }

    @Test
    void trustsWhatItIsToldTo() {
        assertThat(RedisAddress.ofUrl("rediss://h").quarkus("/ca.pem"))
                .containsEntry("quarkus.redis.tls.trust-certificate-pem.certs", "/ca.pem")
                .containsEntry("quarkus.redis.tls.hostname-verification-algorithm", "HTTPS");
    }
}
