package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.millrace.control.api.access.WithProvider.TestProvider;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwt.JwtClaims;

/**
 * A browser between the two redirects of the authorization code flow.
 *
 * @param there where the first leads
 * @param asked with what
 */
record CodeFlow(URI there, Map<String, String> asked, Map<String, String> cookies) {

    static final String PATH = "/api/v1/login/oidc";

    static CodeFlow begin() {
        Response answer = browser().get(PATH);
        answer.then().statusCode(302);
        URI there = URI.create(answer.header("Location"));
        return new CodeFlow(
                there,
                Arrays.stream(there.getRawQuery().split("&", -1))
                        .map(pair -> pair.split("=", 2))
                        .collect(Collectors.toMap(
                                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8))),
                new HashMap<>(answer.cookies()));
    }

    static RequestSpecification browser() {
        return given().redirects().follow(false).header("Sec-Fetch-Mode", "navigate");
    }

    String nonce() {
        return asked.getOrDefault("nonce", "");
    }

    /** The provider has logged in somebody, and the browser comes back. */
    Response endsAs(JwtClaims person, RsaJsonWebKey key) {
        TestProvider.answer("/token", """
                {"access_token":"opaque","token_type":"Bearer","expires_in":60,"id_token":"%s"}""".formatted(TestProvider.signed(person, key)));
        return back("code=made-by-the-provider&state=" + asked.get("state"));
    }

    /** As an address may try it only so often, this waits for its turn. */
    Response back(String query) {
        return await().until(
                        () -> browser()
                                .cookies(cookies)
                                .urlEncodingEnabled(false)
                                .get(PATH + "?" + query),
                        answer -> answer.statusCode() != 429);
    }
}
