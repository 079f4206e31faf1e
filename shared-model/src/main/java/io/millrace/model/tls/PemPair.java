package io.millrace.model.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;

/** What stands in the two files at one moment. */
public record PemPair(String certificate, String key) {

    /** More than any chain needs; a path that leads elsewhere is not read to its end. */
    private static final int MAX_BYTES = 1 << 20;

    public static PemPair read(CertificateFiles files) throws BadCertificateException {
        return new PemPair(
                text(files.certificate(), BadCertificateException::certificate),
                text(files.key(), BadCertificateException::key));
    }

    private static String text(Path file, Function<String, BadCertificateException> problem)
            throws BadCertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw problem.apply("it is larger than 1 MiB; allowed are PEM files");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw problem.apply("there is no such file; allowed are PEM files");
        } catch (AccessDeniedException e) {
            throw problem.apply("it may not be read by this user; allowed are readable PEM files");
        } catch (IOException e) {
            throw problem.apply("it cannot be read (" + e.getMessage() + "); allowed are PEM files");
        }
    }

    public Identity parse() throws BadCertificateException {
        return Identity.parse(certificate, key);
    }

    /** Distinguishes two contents; nothing secret is kept for it. */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(certificate.getBytes(StandardCharsets.ISO_8859_1));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(key.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "PemPair " + digest();
    }
}
