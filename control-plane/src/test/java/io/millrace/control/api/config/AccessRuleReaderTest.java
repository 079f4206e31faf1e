package io.millrace.control.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.control.api.InvalidBodyException;
import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Problem;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.AccessRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRuleReaderTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AccessCheck NONE = new AccessCheck.None();

    private static List<AccessRule> read(String list, Mistakes mistakes) {
        try {
            return AccessRuleReader.read("rules", JSON.readTree(list), Set.of("k1", "k2")::contains, mistakes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AccessCheck play(String check) {
        Mistakes mistakes = new Mistakes();
        List<AccessRule> rules = read("[{\"name\":\"a\",\"play\":" + check + "}]", mistakes);
        mistakes.refuse();
        return rules.getFirst().play();
    }

    private static List<Problem.Mistake> errors(String list) {
        Mistakes mistakes = new Mistakes();
        var _ = read(list, mistakes);
        try {
            mistakes.refuse();
            return List.of();
        } catch (InvalidBodyException e) {
            return e.errors();
        }
    }

    private static Problem.Mistake onlyError(String check) {
        List<Problem.Mistake> errors = errors("[{\"name\":\"a\",\"play\":" + check + "}]");
        assertThat(errors).hasSize(1);
        return errors.getFirst();
    }

    private static String text(String what, Key key) {
        return "-----BEGIN " + what + "-----\\n" + Base64.getEncoder().encodeToString(key.getEncoded()) + "\\n-----END "
                + what + "-----";
    }

    @Test
    void whatIsLeftOutMatchesEverythingAndWantsNothing() {
        Mistakes mistakes = new Mistakes();
        assertThat(read("[{\"name\":\"a\"}]", mistakes))
                .containsExactly(new AccessRule("a", "*", "*", "*", NONE, NONE));
        assertThat(mistakes.count()).isZero();
    }

    @Test
    void takesEachKindOfCheck() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String pem = text("PUBLIC KEY", pair.getPublic());
        assertThat(play("{\"type\":\"none\"}")).isEqualTo(NONE);
        assertThat(play("{\"type\":\"signed\",\"keys\":[\"k2\",\"k1\"]}"))
                .isEqualTo(new AccessCheck.Signed(List.of("k2", "k1")));
        assertThat(play("{\"type\":\"jwt\",\"jwks\":\"https://id.example/keys\",\"issuer\":\"id\"}"))
                .isEqualTo(new AccessCheck.Jwt(URI.create("https://id.example/keys"), List.of(), "id", null));
        assertThat(play("{\"type\":\"jwt\",\"publicKeys\":[\"" + pem + "\"],\"audience\":\"live\"}"))
                .isEqualTo(new AccessCheck.Jwt(null, List.of(pem.replace("\\n", "\n")), null, "live"));
        assertThat(play("{\"type\":\"callback\",\"url\":\"http://127.0.0.1:8085/check?x=1\"}"))
                .isEqualTo(new AccessCheck.Callback(URI.create("http://127.0.0.1:8085/check?x=1"), 2_000, 0, false));
        assertThat(
                        play(
                                "{\"type\":\"callback\",\"url\":\"https://[fd00::1]/\",\"timeoutMillis\":100,\"cacheSeconds\":3600,\"allowWhenUnavailable\":true}"))
                .isEqualTo(new AccessCheck.Callback(URI.create("https://[fd00::1]/"), 100, 3_600, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "7 | play",
                "{} | play.type",
                "{\"type\":\"jwts\"} | play.type",
                "{\"type\":\"none\",\"keys\":[]} | play.keys",
                "{\"type\":\"signed\"} | play.keys",
                "{\"type\":\"signed\",\"keys\":[]} | play.keys",
                "{\"type\":\"signed\",\"keys\":\"k1\"} | play.keys",
                "{\"type\":\"signed\",\"keys\":[\"k1\",7]} | play.keys",
                "{\"type\":\"signed\",\"keys\":[\"k1\",\"k3\"]} | play.keys[1]",
                "{\"type\":\"signed\",\"keys\":[\"k1\",\"k1\"]} | play.keys[1]",
                "{\"type\":\"signed\",\"keys\":[\"k1\"],\"url\":1} | play.url",
                "{\"type\":\"jwt\"} | play.jwks",
                "{\"type\":\"jwt\",\"publicKeys\":[]} | play.jwks",
                "{\"type\":\"jwt\",\"publicKeys\":[\"x\"]} | play.publicKeys[0]",
                "{\"type\":\"jwt\",\"jwks\":\"https://id.example\",\"issuer\":\"\"} | play.issuer",
                "{\"type\":\"callback\"} | play.url",
                "{\"type\":\"callback\",\"url\":\"http://a\",\"timeoutMillis\":99} | play.timeoutMillis",
                "{\"type\":\"callback\",\"url\":\"http://a\",\"timeoutMillis\":10001} | play.timeoutMillis",
                "{\"type\":\"callback\",\"url\":\"http://a\",\"cacheSeconds\":3601} | play.cacheSeconds",
                "{\"type\":\"callback\",\"url\":\"http://a\",\"cacheSeconds\":-1} | play.cacheSeconds",
                "{\"type\":\"callback\",\"url\":\"http://a\",\"allowWhenUnavailable\":\"yes\"} | play.allowWhenUnavailable"
            })
    void namesWhatIsWrong(String check, String field) {
        assertThat(onlyError(check).field()).isEqualTo("rules[0]." + field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "app.example/check",
                "ftp://app.example/check",
                "file:///etc/passwd",
                "http:check",
                "http:///check",
                "http://a b/",
                "http://app.example:99999/",
                "http://app.example/#part",
                "http://ann:hidden@app.example/check",
                "http://169.254.169.254/latest",
                "http://169.254.170.2/",
                "http://100.100.100.200/",
                "http://[fd00:ec2::254]/",
                "http://[::ffff:169.254.169.254]/",
                "http://2852039166/",
                "http://0xa9fea9fe/",
                "http://169.254.43518/",
                "http://metadata.google.internal/",
                "http://Metadata.Google.Internal./",
                "http://0.0.0.0/",
                "http://[::]/",
                "http://224.0.0.1/"
            })
    void refusesAUrlThatLeadsAstray(String url) {
        for (String check : List.of("{\"type\":\"callback\",\"url\":\"%s\"}", "{\"type\":\"jwt\",\"jwks\":\"%s\"}")) {
            assertThat(onlyError(check.formatted(url)).detail()).doesNotContain("hidden");
        }
    }

    @Test
    void aPrivateKeyIsRefusedAndNotShown() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String pem = text("PRIVATE KEY", pair.getPrivate());
        Problem.Mistake error = onlyError("{\"type\":\"jwt\",\"publicKeys\":[\"" + pem + "\"]}");
        assertThat(error.field()).isEqualTo("rules[0].play.publicKeys[0]");
        assertThat(error.detail())
                .contains("private key")
                .doesNotContain(
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
    }

    @Test
    void tellsAllThatIsWrongAtOnce() {
        assertThat(errors("""
                [{"name":"a"},{"name":"a"},{"play":null,"vhost":""},7,{"name":"b","strem":"x","publish":{"type":"signed"}}]"""))
                .extracting(Problem.Mistake::field)
                .containsExactlyInAnyOrder(
                        "rules[1].name",
                        "rules[2].name",
                        "rules[2].vhost",
                        "rules[3]",
                        "rules[4].strem",
                        "rules[4].publish.keys");
    }

    @Test
    void thereIsAnEnd() {
        assertThat(errors("{}")).extracting(Problem.Mistake::field).containsExactly("rules");
        assertThat(errors(Collections.nCopies(501, "{\"name\":\"a\"}").toString()))
                .extracting(Problem.Mistake::field)
                .containsExactly("rules");
        String names = Collections.nCopies(9, "\"k1\"").toString();
        assertThat(onlyError("{\"type\":\"signed\",\"keys\":" + names + "}").field())
                .isEqualTo("rules[0].play.keys");
        String longUrl = "http://a/" + "x".repeat(1_100);
        assertThat(onlyError("{\"type\":\"callback\",\"url\":\"" + longUrl + "\"}")
                        .field())
                .isEqualTo("rules[0].play.url");
    }

    @Test
    void warnsOfWhatIsProbablyNotMeant() {
        AccessCheck signed = new AccessCheck.Signed(List.of("k1", "gone"));
        AccessCheck plain = new AccessCheck.Jwt(URI.create("http://id.example/keys"), List.of(), null, null);
        List<AccessRule> rules = List.of(
                new AccessRule("first", "*", "live", "*", signed, NONE),
                new AccessRule("second", "*", "live", "cam*", NONE, NONE),
                new AccessRule("third", "*", "other", "*", NONE, plain));
        assertThat(AccessWarnings.of(rules, "k1"::equals))
                .satisfiesExactly(
                        gone -> assertThat(gone).contains("(first)", "the key gone"),
                        never -> assertThat(never).contains("(second) never applies", "first"),
                        http -> assertThat(http).contains("(third)", "plain HTTP"));
    }
}
