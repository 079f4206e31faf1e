package io.millrace.model.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyPemTest {

    private static KeyPair rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeyPair ec(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static String pem(String what, Key key) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()) + "\n-----END " + what
                + "-----\n";
    }

    private static String pem(KeyPair pair) {
        return pem("PUBLIC KEY", pair.getPublic());
    }

    @Test
    void takesTheKeysThatIssuersHave() throws Exception {
        KeyPair rsa = rsa(2_048);
        assertThat(PublicKeyPem.parse(pem(rsa))).isEqualTo(rsa.getPublic());
        for (String curve : new String[] {"secp256r1", "secp384r1", "secp521r1"}) {
            KeyPair ec = ec(curve);
            assertThat(PublicKeyPem.parse(pem(ec))).isEqualTo(ec.getPublic());
        }
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        assertThat(PublicKeyPem.parse("\n" + pem(edwards) + "\n")).isEqualTo(edwards.getPublic());
    }

    @Test
    void refusesAPrivateKeyWithoutShowingIt() throws Exception {
        String pem = pem("PRIVATE KEY", ec("secp256r1").getPrivate());
        assertThatThrownBy(() -> PublicKeyPem.parse(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a private key")
                .hasMessageNotContaining(pem.lines().toList().get(1));
    }

    @Test
    void refusesWhatIsTooWeakOrOfAnotherKind() throws Exception {
        String weak = pem(rsa(1_024));
        assertThatThrownBy(() -> PublicKeyPem.parse(weak)).hasMessageContaining("1024 bits");
        String other = pem(KeyPairGenerator.getInstance("X25519").generateKeyPair());
        assertThatThrownBy(() -> PublicKeyPem.parse(other)).hasMessageContaining("is no key of RSA, EC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret-of-somebody",
                "-----BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nsecret-of-somebody\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA=AA\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
            })
    void refusesWhatIsNoKeyWithoutShowingIt(String text) {
        assertThatThrownBy(() -> PublicKeyPem.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret-of-somebody");
    }

    @Test
    void refusesALongText() {
        String longer = "-----BEGIN PUBLIC KEY-----\n" + "A".repeat(5_000) + "\n-----END PUBLIC KEY-----";
        assertThatThrownBy(() -> PublicKeyPem.parse(longer)).hasMessageContaining("4096 characters");
    }
}
