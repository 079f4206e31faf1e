package io.millrace.control.intake.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.start.CannotStartException;
import io.millrace.control.time.AwakeClock;
import io.millrace.model.tls.CertificateFiles;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said at the start, and what the files may become later. */
class ServerCertificateTest {

    private static final Optional<String> ON = Optional.of("127.0.0.1:0");

    @TempDir
    private Path folder;

    private static Optional<HttpsSettings> settings(Optional<String> listener, CertificateFiles files, String version) {
        return HttpsSettings.of(
                listener, files.certificate().toString(), files.key().toString(), version, "5s");
    }

    private static ServerCertificate open(CertificateFiles files) {
        return ServerCertificate.open(
                settings(ON, files, "1.2").orElseThrow(), new AwakeClock(InstantSource.system(), System::nanoTime));
    }

    @Test
    void withoutAListenerTheCertificatesOfAWorkerInTheSameEnvironmentAreLeftAlone() {
        assertThat(HttpsSettings.of(Optional.empty(), "a.pem,b.pem", "", "nonsense", "never"))
                .isEmpty();
    }

    @Test
    void whatIsMissingOrWrongIsNamedByItsSetting() {
        CertificateFiles files = TestCertificate.of("a.example.org").write(folder);
        assertThatThrownBy(() -> HttpsSettings.of(ON, "", "", "1.2", "5s"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("MILLRACE_TLS_CERTIFICATE (millrace.tls.certificate) is ''")
                .hasMessageContaining("MILLRACE_SYSTEM_API_HTTPS");
        assertThatThrownBy(() -> HttpsSettings.of(ON, files.certificate().toString(), " ", "1.2", "5s"))
                .hasMessageStartingWith("MILLRACE_TLS_KEY");
        assertThatThrownBy(() -> settings(ON, files, "1.1")).hasMessageStartingWith("MILLRACE_TLS_MIN_VERSION");
        assertThatThrownBy(() -> open(new CertificateFiles(folder.resolve("none.pem"), files.key())))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("MILLRACE_TLS_CERTIFICATE")
                .hasMessageContaining("none.pem")
                .hasMessageContaining("there is no such file");
        TestCertificate.replace(files.key(), TestCertificate.of("b.example.org").keyPem());
        assertThatThrownBy(() -> open(files))
                .hasMessageStartingWith("MILLRACE_TLS_KEY")
                .hasMessageContaining("does not belong to the certificate");
    }

    @Test
    void onlyTheVersionsThatAreSetMayBeUsed() {
        CertificateFiles files = TestCertificate.of("a.example.org").write(folder);
        assertThat(settings(ON, files, "1.2").orElseThrow().protocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(settings(ON, files, "1.3").orElseThrow().protocols()).containsExactly("TLSv1.3");
    }

    @Test
    void aBadFileKeepsTheCertificateThatWasThereAndAGoodOneReplacesIt() {
        CertificateFiles files = TestCertificate.of("a.example.org").write(folder);
        ServerCertificate certificate = open(files);
        ServerTls before = certificate.tls();
        assertThat(certificate.poll()).as("nothing changed").isFalse();
        TestCertificate.replace(files.certificate(), "no certificate");
        assertThat(certificate.poll()).isFalse();
        assertThat(certificate.poll()).isFalse();
        assertThat(certificate.tls()).isSameAs(before);
        TestCertificate.of("b.example.org").write(folder);
        assertThat(certificate.poll()).isTrue();
        assertThat(certificate.tls()).isNotSameAs(before);
        assertThat(certificate.shown().getSubjectX500Principal().getName()).isEqualTo("CN=b.example.org");
    }
}
