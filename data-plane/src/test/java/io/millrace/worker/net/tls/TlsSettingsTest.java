package io.millrace.worker.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.tls.CertificateFiles;
import io.millrace.model.tls.Identity;
import io.millrace.worker.settings.BadSettingsException;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.settings.SettingsReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsSettingsTest {

    private static TestCertificate curve;
    private static TestCertificate rsa;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeCertificates() {
        curve = TestCertificate.of("curve.example");
        rsa = TestCertificate.rsa("rsa.example");
    }

    private static TlsSettings read(String... namesAndValues) {
        Map<String, String> set = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            set.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        SettingsReader reader = new SettingsReader(name -> Optional.ofNullable(set.get(name)));
        TlsSettings settings = TlsSettings.read(reader);
        reader.check();
        return settings;
    }

    private static TlsSettings read(CertificateFiles files) {
        return read(
                "millrace.https-server",
                "8443",
                "millrace.tls.certificate",
                files.certificate().toString(),
                "millrace.tls.key",
                files.key().toString());
    }

    private CertificateFiles files(String certificate, String key) throws IOException {
        return new CertificateFiles(
                Files.writeString(folder.resolve("c.pem"), certificate),
                Files.writeString(folder.resolve("k.pem"), key));
    }

    private static void assertRefused(CertificateFiles files, String... words) {
        assertThatThrownBy(() -> read(files))
                .isInstanceOf(BadSettingsException.class)
                .hasMessageContainingAll(words)
                .hasMessageContaining("allowed")
                .hasMessageNotContaining("\n");
    }

    @Test
    void isOffUnlessSet() {
        TlsSettings settings = read();
        assertThat(settings.https()).isEmpty();
        assertThat(settings.rtmps()).isEmpty();
        assertThat(read("millrace.https-server", "off").https()).isEmpty();
    }

    @Test
    void takesSeveralCertificatesInOrder() {
        CertificateFiles first = curve.write(folder, "first");
        CertificateFiles second = rsa.write(folder, "second");
        TlsSettings settings = read(
                "millrace.rtmps-server",
                "[::1]:443",
                "millrace.tls.certificate",
                first.certificate() + ", " + second.certificate(),
                "millrace.tls.key",
                first.key() + "," + second.key(),
                "millrace.tls.min-version",
                "1.3");
        assertThat(settings.rtmps()).hasValue(new ListenerAddress("::1", 443));
        assertThat(settings.certificates()).containsExactly(first, second);
        assertThat(settings.minVersion()).isEqualTo(TlsVersion.TLS_1_3);
    }

    @Test
    void readsKeysOfEveryForm() throws Exception {
        byte[] pkcs1 = inner(rsa.key().getEncoded());
        assertThat(Identity.parse(rsa.certificatePem(), TestCertificate.pem("RSA PRIVATE KEY", pkcs1))
                        .key())
                .isEqualTo(rsa.key());
        String sec1 = TestCertificate.pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107"))
                + TestCertificate.pem(
                        "EC PRIVATE KEY", withCurve(inner(curve.key().getEncoded())));
        assertThat(Identity.parse(curve.certificatePem(), sec1).names()).containsExactly("curve.example");
        String both = "some words\n" + curve.keyPem() + curve.certificatePem();
        assertThat(Identity.parse(both, both).names()).containsExactly("curve.example");
    }

    /** What PKCS#8 wraps: the last element of the outer sequence. */
    private static byte[] inner(byte[] pkcs8) {
        for (int at = 0; at < pkcs8.length - 4; at++) {
            boolean octets = pkcs8[at] == 4;
            int length = (pkcs8[at + 1] & 0xff) == 0x82
                    ? ((pkcs8[at + 2] & 0xff) << 8) | (pkcs8[at + 3] & 0xff)
                    : pkcs8[at + 1] & 0xff;
            int begin = at + ((pkcs8[at + 1] & 0xff) == 0x82 ? 4 : 2);
            if (octets && begin + length == pkcs8.length) {
                return Arrays.copyOfRange(pkcs8, begin, pkcs8.length);
            }
        }
        throw new IllegalArgumentException("not PKCS#8");
    }

    /** OpenSSL writes the curve, the JDK leaves it out. */
    private static byte[] withCurve(byte[] sec1) {
        byte[] named = HexFormat.of().parseHex("a00a06082a8648ce3d030107");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int key = 2 + 3 + 2 + 32;
        out.write(0x30);
        out.write(sec1.length - 2 + named.length);
        out.write(sec1, 2, key - 2);
        out.writeBytes(named);
        out.write(sec1, key, sec1.length - key);
        return out.toByteArray();
    }

    @Test
    void namesWhatIsWrongWithAFile() throws Exception {
        assertRefused(
                new CertificateFiles(folder.resolve("none.pem"), folder.resolve("none.key")),
                "MILLRACE_TLS_CERTIFICATE is '" + folder.resolve("none.pem") + "'; there is no such file");
        CertificateFiles good = curve.write(folder, "good");
        assertRefused(
                new CertificateFiles(good.certificate(), folder.resolve("none.key")),
                "MILLRACE_TLS_KEY is '" + folder.resolve("none.key") + "'; there is no such file");
        assertRefused(new CertificateFiles(folder, good.key()), "MILLRACE_TLS_CERTIFICATE", "cannot be read");
        assertRefused(files("hello", curve.keyPem()), "MILLRACE_TLS_CERTIFICATE", "no certificate in it");
        assertRefused(files(curve.certificatePem(), "hello"), "MILLRACE_TLS_KEY", "no private key in it");
        assertRefused(
                files("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", curve.keyPem()),
                "MILLRACE_TLS_CERTIFICATE",
                "damaged");
        assertRefused(
                files(curve.certificatePem(), TestCertificate.pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1})),
                "MILLRACE_TLS_KEY",
                "damaged");
        assertRefused(files(curve.certificatePem(), rsa.keyPem()), "MILLRACE_TLS_KEY", "does not belong");
        assertRefused(
                files(curve.certificatePem(), TestCertificate.pem("ENCRYPTED PRIVATE KEY", new byte[64])),
                "MILLRACE_TLS_KEY",
                "encrypted, which is not supported");
        assertRefused(
                files(
                        rsa.certificatePem(),
                        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
                "MILLRACE_TLS_KEY",
                "encrypted, which is not supported");
    }

    @Test
    void takesAnExpiredCertificate() {
        assertThat(read(TestCertificate.expired("old.example").write(folder, "old"))
                        .certificates())
                .hasSize(1);
    }

    @Test
    void wantsCertificatesForAListener() {
        assertThatThrownBy(() -> read("millrace.rtmps-server", "443"))
                .hasMessageStartingWith("MILLRACE_TLS_CERTIFICATE is ''")
                .hasMessageContaining("allowed");
    }

    @Test
    void wantsAKeyForEachCertificate() {
        CertificateFiles files = curve.write(folder, "it");
        assertThatThrownBy(() -> read(
                        "millrace.tls.certificate",
                        files.certificate() + "," + files.certificate(),
                        "millrace.tls.key",
                        files.key().toString()))
                .hasMessageStartingWith("MILLRACE_TLS_KEY is")
                .hasMessageContaining("allowed are as many files");
    }

    @Test
    void refusesVersionsThatNobodyShouldSpeak() {
        assertThatThrownBy(() -> read("millrace.tls.min-version", "1.1"))
                .hasMessage("MILLRACE_TLS_MIN_VERSION is '1.1'; allowed are 1.2 and 1.3");
        assertThatThrownBy(() -> read("millrace.https-server", "x"))
                .hasMessageStartingWith("MILLRACE_HTTPS_SERVER is 'x'; allowed");
    }
}
