package io.millrace.control.intake.https;

import io.millrace.model.tls.CertificateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate that signed itself, made by the JDK's keytool. */
record TestCertificate(String certificatePem, String keyPem) {

    private static final String PASSWORD = "changeit";

    static TestCertificate of(String name) {
        try {
            Path store = Files.createTempDirectory("certificate").resolve("store.p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "it",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=dns:" + name,
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-validity",
                            "30",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
            KeyStore opened = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                opened.load(in, PASSWORD.toCharArray());
            }
            Files.delete(store);
            Files.delete(store.getParent());
            return new TestCertificate(
                    pem("CERTIFICATE", opened.getCertificate("it").getEncoded()),
                    pem(
                            "PRIVATE KEY",
                            opened.getKey("it", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** Replaces both files as careful programs do: each by a rename. */
    CertificateFiles write(Path folder) {
        CertificateFiles files = new CertificateFiles(folder.resolve("tls.pem"), folder.resolve("tls.key"));
        replace(files.certificate(), certificatePem);
        replace(files.key(), keyPem);
        return files;
    }

    static void replace(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
