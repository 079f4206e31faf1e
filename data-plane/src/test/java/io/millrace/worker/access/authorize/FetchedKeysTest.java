package io.millrace.worker.access.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchedKeysTest {

    private final WebService issuer = new WebService();
    private final AtomicLong nanos = new AtomicLong();
    private final FetchedKeys keys = new FetchedKeys(issuer.url(), new WebCalls(), nanos::get);

    @AfterEach
    void stop() {
        issuer.close();
    }

    private static RsaJsonWebKey key(String id) throws Exception {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2_048);
        key.setKeyId(id);
        return key;
    }

    private void publish(JsonWebKey... published) {
        issuer.answer = new JsonWebKeySet(published).toJson();
    }

    private static String token(RsaJsonWebKey key) throws Exception {
        JsonWebSignature signed = new JsonWebSignature();
        signed.setPayload("{}");
        signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signed.setKeyIdHeaderValue(key.getKeyId());
        signed.setKey(key.getPrivateKey());
        return signed.getCompactSerialization();
    }

    private List<String> idsFor(String token) throws Exception {
        return known(token).keys().stream().map(JsonWebKey::getKeyId).toList();
    }

    private IssuerKeys.Known known(String token) throws Exception {
        return keys.forToken(token).get(10, TimeUnit.SECONDS);
    }

    @Test
    void areFetchedOnce() throws Exception {
        RsaJsonWebKey first = key("first");
        publish(first);
        assertThat(idsFor(token(first))).containsExactly("first");
        assertThat(idsFor(token(first))).containsExactly("first");
        assertThat(issuer.asked).hasSize(1);
    }

    @Test
    void followAKeyThatIsReplacedThoughNotForEachMadeUpOne() throws Exception {
        RsaJsonWebKey first = key("first");
        RsaJsonWebKey second = key("second");
        publish(first);
        idsFor(token(first));
        publish(first, second);
        for (int i = 0; i < 100; i++) {
            assertThat(idsFor(token(second))).containsExactly("first");
        }
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(idsFor(token(second))).containsExactly("first", "second");
        assertThat(issuer.asked).hasSize(2);
    }

    @Test
    void goOnCountingWhileTheIssuerIsUnavailable() throws Exception {
        RsaJsonWebKey first = key("first");
        publish(first);
        idsFor(token(first));
        issuer.status = 500;
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(idsFor(token(first))).containsExactly("first");
            nanos.addAndGet(Duration.ofSeconds(6).toNanos());
        }
    }

    @Test
    void thatNoneAreKnownHasAReason() throws Exception {
        RsaJsonWebKey first = key("first");
        issuer.status = 404;
        assertThat(known(token(first)).problem()).isEqualTo("status 404");
        issuer.status = 200;
        issuer.answer = "<html>";
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(known(token(first)).problem()).isEqualTo("no JSON web key set");
        publish(OctJwkGenerator.generateJwk(256));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(known(token(first)).problem()).isEqualTo("no public key in it");
        publish(first);
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(idsFor(token(first))).containsExactly("first");
    }

    @Test
    void garbageFetchesTooAndIsNoError() throws Exception {
        publish(key("first"));
        assertThat(idsFor("garbage")).containsExactly("first");
    }
}
