package io.millrace.control.api.access;

import static io.restassured.RestAssured.given;

import io.millrace.control.api.QuickWindow;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** A control plane that knows an identity provider, and the provider's side of it. */
public class WithProvider extends QuickWindow {

    static final String CLIENT = "console";
    static final String AUDIENCE = "https://api.example.com";
    private static final int RSA_BITS = 2_048;

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
        settings.put("millrace.login", "oidc");
        settings.put("millrace.oidc.client-id", CLIENT);
        settings.put("millrace.oidc.client-secret", "secret of the tests");
        settings.put("millrace.oidc.audience", AUDIENCE);
        settings.put("millrace.oidc.role-claim", "realm_access/roles");
        settings.put("millrace.oidc.roles", "media-staff=viewer,media-ops=operator,media-admins=admin");
        return settings;
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(ProviderOfTests.class));
    }

    /** What the provider of the tests does. */
    static final class TestProvider {

        private TestProvider() {}

        static String url() {
            return ConfigProvider.getConfig().getValue("millrace.oidc.url", String.class);
        }

        static RsaJsonWebKey newKey() {
            try {
                RsaJsonWebKey key = RsaJwkGenerator.generateJwk(RSA_BITS);
                key.setKeyId(UUID.randomUUID().toString());
                return key;
            } catch (JoseException e) {
                throw new IllegalStateException(e);
            }
        }

        static void publish(RsaJsonWebKey... keys) {
            answer("/jwks", new JsonWebKeySet(Arrays.asList(keys)).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
        }

        static void answer(String path, String body) {
            given().body(body).put(url() + path).then().statusCode(200);
        }

        static int asked(String path) {
            return Integer.parseInt(given().get(url() + "/count?" + path).asString());
        }

        /** The body of the last request. */
        static String last(String path) {
            return given().get(url() + "/last?" + path).asString();
        }

        static void silent() {
            given().get(url() + "/silent").then().statusCode(200);
        }

        static void speaking() {
            given().get(url() + "/speaking").then().statusCode(200);
        }

        /** What a token of a machine says, valid for a minute. */
        static JwtClaims claims(String name, String... roles) {
            JwtClaims claims = new JwtClaims();
            claims.setIssuer(url());
            claims.setSubject("id of " + name);
            claims.setAudience(AUDIENCE);
            claims.setClaim("preferred_username", name);
            claims.setClaim("realm_access", Map.of("roles", List.of(roles)));
            claims.setIssuedAtToNow();
            claims.setExpirationTime(in(60));
            return claims;
        }

        /** What a token of a log-in says. */
        static JwtClaims person(String name, String nonce, String... roles) {
            JwtClaims claims = claims(name, roles);
            claims.setAudience(CLIENT);
            claims.setClaim("nonce", nonce);
            return claims;
        }

        static NumericDate in(long seconds) {
            NumericDate when = NumericDate.now();
            when.addSeconds(seconds);
            return when;
        }

        static String signed(JwtClaims claims, RsaJsonWebKey key) {
            JsonWebSignature token = new JsonWebSignature();
            token.setPayload(claims.toJson());
            token.setKey(key.getPrivateKey());
            token.setKeyIdHeaderValue(key.getKeyId());
            token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
            return serialized(token);
        }

        static String serialized(JsonWebSignature token) {
            try {
                return token.getCompactSerialization();
            } catch (JoseException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
