package io.millrace.control.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DifferenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static Difference of(String before, String after) throws Exception {
        return Difference.of(json(before), json(after));
    }

    @Test
    void onlyWhatDiffersIsKept() throws Exception {
        Difference difference = of(
                "{'a':1,'rules':[{'name':'x','w':1},{'name':'y'}],'deep':{'same':1,'other':2}}",
                "{'a':1,'rules':[{'name':'y'},{'name':'x','w':2}],'deep':{'same':1,'other':3}}");
        assertThat(difference.before()).isEqualTo(json("{'rules':[{'name':'x','w':1}],'deep':{'other':2}}"));
        assertThat(difference.after()).isEqualTo(json("{'rules':[{'name':'x','w':2}],'deep':{'other':3}}"));
    }

    @Test
    void anotherOrderIsADifference() throws Exception {
        Difference difference = of("{'vhosts':['a','b']}", "{'vhosts':['b','a']}");
        assertThat(difference.before()).isEqualTo(json("{'vhosts':['a','b']}"));
        assertThat(difference.after()).isEqualTo(json("{'vhosts':['b','a']}"));
    }

    @Test
    void whatIsNewOrGoneIsKeptAsItIs() throws Exception {
        assertThat(Difference.of(null, json("{'a':1}"))).isEqualTo(new Difference(null, json("{'a':1}")));
        assertThat(Difference.of(json("{'a':1}"), null)).isEqualTo(new Difference(json("{'a':1}"), null));
        assertThat(of("{'a':1}", "{'a':1}")).isEqualTo(new Difference(null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "newPassword",
                "passphrase",
                "token",
                "MILLRACE_HOOKS_TOKEN",
                "secret",
                "clientSecret",
                "signingKey",
                "key",
                "keys",
                "hmac",
                "passwordHash",
                "authorization",
                "publicKeyPem",
                "jwks",
                "cookie",
                "credential"
            })
    void noSecretIsKeptUnderAnyName(String name) throws Exception {
        for (String value : new String[] {"'opensesame'", "['opensesame']", "{'x':'opensesame'}"}) {
            Difference difference =
                    of("{'list':[{'" + name + "':'before-opensesame'}]}", "{'list':[{'" + name + "':" + value + "}]}");
            assertThat(Stream.of(difference.before(), difference.after()))
                    .allSatisfy(
                            side -> assertThat(side.toString()).contains("***").doesNotContain("opensesame"));
        }
    }

    @Test
    void noSecretIsKeptInsideAUrl() throws Exception {
        Difference difference = Difference.of(
                null, json("{'url':'https://user:opensesame@auth.example/cb?stream=a&token=opensesame&x=1'}"));
        assertThat(difference.after()).isEqualTo(json("{'url':'https://***@auth.example/cb?stream=a&token=***&x=1'}"));
    }

    @Test
    void whetherThereIsASecretMayBeSaid() throws Exception {
        assertThat(Difference.of(null, json("{'tokenRequired':true,'secret':null}"))
                        .after())
                .isEqualTo(json("{'tokenRequired':true,'secret':null}"));
    }

    @Test
    void aSideThatIsTooLongIsCutAfterItsSecretsAreGone() throws Exception {
        String items = "'" + "x".repeat(100) + "',";
        JsonNode longOne = json("{'token':'opensesame','list':[" + items.repeat(100) + "'end']}");
        JsonNode shown = Difference.of(null, longOne).after();
        assertThat(shown).isNotNull();
        assertThat(shown.isTextual()).isTrue();
        assertThat(shown.textValue())
                .hasSizeLessThan(Difference.MAX_LENGTH + 50)
                .startsWith("{\"token\":\"***\"")
                .doesNotContain("opensesame");
    }
}
