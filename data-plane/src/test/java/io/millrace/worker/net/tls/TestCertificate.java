package io.millrace.worker.net.tls;

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
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A certificate that signed itself, made by the JDK's keytool. */
public record TestCertificate(Certificate certificate, PrivateKey key) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    /** An ECDSA certificate that is good for 30 days. */
    public static TestCertificate of(String... names) {
        return make(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"), names);
    }

    static TestCertificate rsa(String... names) {
        return make(List.of("-keyalg", "RSA", "-keysize", "2048", "-validity", "30"), names);
    }

    static TestCertificate expired(String... names) {
        return make(
                List.of("-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "-40d", "-validity", "30"), names);
    }

    private static TestCertificate make(List<String> kind, String... names) {
        try {
            Path folder = Files.createTempDirectory("certificate");
            Path store = folder.resolve("store.p12");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "it",
                    "-dname",
                    "CN=" + names[0],
                    "-ext",
                    "san=" + Arrays.stream(names).map(name -> "dns:" + name).collect(Collectors.joining(",")),
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD)));
            command.addAll(kind);
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
            KeyStore opened = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                opened.load(in, PASSWORD);
            }
            Files.delete(store);
            Files.delete(folder);
            return new TestCertificate(opened.getCertificate("it"), (PrivateKey) opened.getKey("it", PASSWORD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** Replaces both files as careful programs do: each by a rename. */
    public CertificateFiles write(Path folder, String name) {
        CertificateFiles files = new CertificateFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
        replace(files.certificate(), certificatePem());
        replace(files.key(), keyPem());
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
