package io.millrace.worker.net.tls;

import io.millrace.model.tls.BadCertificateException;
import io.millrace.model.tls.CertificateFiles;
import io.millrace.model.tls.Identity;
import io.millrace.model.tls.PemPair;
import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.settings.SettingsReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an operator sets for TLS.
 *
 * @param https MILLRACE_HTTPS_SERVER
 * @param rtmps MILLRACE_RTMPS_SERVER
 * @param rtsps MILLRACE_RTSPS_SERVER
 * @param certificates the first is for clients that name no server, or one that no certificate has; each was readable and fit for use
 *     when the settings were read
 * @param handshakeTimeout from accept to the end of the handshake
 * @param reloadInterval how often the files are checked
 */
public record TlsSettings(
        Optional<ListenerAddress> https,
        Optional<ListenerAddress> rtmps,
        Optional<ListenerAddress> rtsps,
        List<CertificateFiles> certificates,
        TlsVersion minVersion,
        Duration handshakeTimeout,
        Duration reloadInterval) {

    private static final String HTTPS = "millrace.https-server";
    private static final String RTMPS = "millrace.rtmps-server";
    private static final String RTSPS = "millrace.rtsps-server";
    private static final String CERTIFICATE = "millrace.tls.certificate";
    private static final String KEY = "millrace.tls.key";
    private static final String MIN_VERSION = "millrace.tls.min-version";

    public TlsSettings {
        certificates = List.copyOf(certificates);
    }

    public static TlsSettings read(SettingsReader reader) {
        Optional<ListenerAddress> https = reader.listener(HTTPS);
        Optional<ListenerAddress> rtmps = reader.listener(RTMPS);
        Optional<ListenerAddress> rtsps = reader.listener(RTSPS);
        List<CertificateFiles> certificates = certificates(reader);
        if ((https.isPresent() || rtmps.isPresent() || rtsps.isPresent())
                && reader.value(CERTIFICATE).isEmpty()) {
            reader.bad(
                    CERTIFICATE, "", "it is needed for the TLS listener; allowed are PEM files, separated by commas");
        }
        return new TlsSettings(
                https,
                rtmps,
                rtsps,
                certificates,
                minVersion(reader),
                reader.duration(
                        "millrace.tls.handshake-timeout",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(1),
                        Duration.ofMinutes(5)),
                reader.duration(
                        "millrace.tls.reload-interval",
                        Duration.ofSeconds(5),
                        Duration.ofMillis(100),
                        Duration.ofDays(1)));
    }

    private static TlsVersion minVersion(SettingsReader reader) {
        String version = reader.text(MIN_VERSION, TlsVersion.TLS_1_2.word());
        return TlsVersion.of(version).orElseGet(() -> {
            reader.bad(MIN_VERSION, version, "allowed are 1.2 and 1.3");
            return TlsVersion.TLS_1_2;
        });
    }

    private static List<CertificateFiles> certificates(SettingsReader reader) {
        List<Path> certificates = paths(reader, CERTIFICATE);
        List<Path> keys = paths(reader, KEY);
        if (certificates.size() != keys.size()) {
            reader.bad(
                    KEY,
                    reader.value(KEY).orElse(""),
                    "allowed are as many files as in MILLRACE_TLS_CERTIFICATE, which names " + certificates.size());
            return List.of();
        }
        List<CertificateFiles> pairs = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            CertificateFiles files = new CertificateFiles(certificates.get(i), keys.get(i));
            try {
                Identity _ = PemPair.read(files).parse();
                pairs.add(files);
            } catch (BadCertificateException e) {
                String name = e.isOfKey() ? KEY : CERTIFICATE;
                Path file = e.isOfKey() ? files.key() : files.certificate();
                reader.bad(name, file.toString(), e.line());
            }
        }
        return pairs;
    }

    private static List<Path> paths(SettingsReader reader, String name) {
        String text = reader.value(name).orElse("");
        try {
            return Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .map(Path::of)
                    .toList();
        } catch (InvalidPathException e) {
            reader.bad(name, text, "allowed are PEM files, separated by commas");
            return List.of();
        }
    }
}
