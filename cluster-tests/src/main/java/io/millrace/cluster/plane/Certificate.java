package io.millrace.cluster.plane;

import io.millrace.cluster.process.ManagedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A certificate that signed itself, made by the JDK's keytool, as the PEM files that an operator has. */
public final class Certificate {

    private static final String PASSWORD = "changeit";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String certificatePem;
    private final String keyPem;

    private Certificate(String certificatePem, String keyPem) {
        this.certificatePem = certificatePem;
        this.keyPem = keyPem;
    }

    /** @param folder takes the key store that it comes from */
    public static Certificate make(String name, Path folder) {
        Path store = folder.resolve(name + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        try (ManagedProcess process = ManagedProcess.start("keytool", folder, Map.of(), command)) {
            if (process.awaitExit(LIMIT) != 0) {
                throw new IllegalStateException("keytool failed\n" + process.lastOutput());
            }
        }
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore opened = KeyStore.getInstance("PKCS12");
            opened.load(in, PASSWORD.toCharArray());
            return new Certificate(
                    pem("CERTIFICATE", opened.getCertificate("it").getEncoded()),
                    pem(
                            "PRIVATE KEY",
                            opened.getKey("it", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** Replaces both files, each by a rename. */
    public void writeTo(Path certificate, Path key) {
        replace(certificate, certificatePem);
        replace(key, keyPem);
    }

    private static void replace(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
