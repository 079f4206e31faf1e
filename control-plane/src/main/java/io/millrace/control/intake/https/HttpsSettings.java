package io.millrace.control.intake.https;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.settings.ListenAddressSource;
import io.millrace.control.settings.SettingText;
import io.millrace.model.tls.CertificateFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * HTTPS where an operator wants it; where it listens is read before this, see {@link ListenAddressSource}.
 *
 * @param protocols the versions of TLS that clients may use
 * @param reloadInterval how often the files are checked
 */
record HttpsSettings(CertificateFiles files, List<String> protocols, Duration reloadInterval) {

    static final String CERTIFICATE = "millrace.tls.certificate";
    static final String KEY = "millrace.tls.key";
    static final String MIN_VERSION = "millrace.tls.min-version";
    static final String RELOAD_INTERVAL = "millrace.tls.reload-interval";

    private static final String FORM =
            "a PEM file, needed with " + InvalidSettingException.variable(ListenAddressSource.HTTPS);

    HttpsSettings {
        protocols = List.copyOf(protocols);
    }

    /** Without a listener the others mean nothing: a worker in the same environment may be what they are for. */
    static Optional<HttpsSettings> of(
            Optional<String> listener, String certificate, String key, String minVersion, String reloadInterval) {
        return listener.filter(text -> !text.isBlank())
                .map(text -> new HttpsSettings(
                        new CertificateFiles(file(CERTIFICATE, certificate), file(KEY, key)),
                        protocols(minVersion),
                        SettingText.duration(
                                RELOAD_INTERVAL, reloadInterval, Duration.ofMillis(100), Duration.ofDays(1))));
    }

    private static Path file(String property, String text) {
        if (text.isBlank()) {
            throw new InvalidSettingException(property, text, FORM);
        }
        try {
            return Path.of(text.strip());
        } catch (InvalidPathException e) {
            throw new InvalidSettingException(property, text, FORM);
        }
    }

    private static List<String> protocols(String minVersion) {
        return switch (minVersion.strip()) {
            case "1.2" -> List.of("TLSv1.3", "TLSv1.2");
            case "1.3" -> List.of("TLSv1.3");
            default -> throw new InvalidSettingException(MIN_VERSION, minVersion, "1.2 or 1.3");
        };
    }
}
