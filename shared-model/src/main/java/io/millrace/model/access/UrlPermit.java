package io.millrace.model.access;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a signed URL allows. The signature is HMAC-SHA256 in lower-case hexadecimal, with the secret's characters as key, over seven lines: the intent, vhost, app,
 * stream, expires, address and subject, each ended by a line feed.
 *
 * @param expires in seconds since 1970; the first at which it is not valid any more
 * @param address of the client; empty for any
 * @param subject whom it was given to; empty for nobody in particular
 */
public record UrlPermit(Intent intent, StreamKey stream, long expires, String address, String subject) {

    public static final String EXPIRES = "expires";
    public static final String ADDRESS = "address";
    public static final String SUBJECT = "subject";
    public static final String SIGNATURE = "signature";

    /** All of them. */
    static final Set<String> PARAMETERS = Set.of(EXPIRES, ADDRESS, SUBJECT, SIGNATURE);

    private static final String ALGORITHM = "HmacSHA256";

    /** @throws IllegalArgumentException if a part has a line feed: the lines could be read in two ways */
    public UrlPermit {
        if (Stream.of(stream.vhost(), stream.app(), stream.stream(), address, subject)
                .anyMatch(part -> part.indexOf('\n') >= 0)) {
            throw new IllegalArgumentException("a part of what is signed has a line feed in it");
        }
    }

    public String signature(AccessKey key) {
        return HexFormat.of().formatHex(mac(key));
    }

    /** In the same time for every wrong signature of a length. */
    public boolean isSignedBy(AccessKey key, String signature) {
        return MessageDigest.isEqual(
                signature(key).getBytes(StandardCharsets.US_ASCII), signature.getBytes(StandardCharsets.UTF_8));
    }

    /** The parameters of a URL that this key signs. */
    public String query(AccessKey key) {
        return EXPIRES + "=" + expires
                + (address.isEmpty() ? "" : "&" + ADDRESS + "=" + encoded(address))
                + (subject.isEmpty() ? "" : "&" + SUBJECT + "=" + encoded(subject))
                + "&" + SIGNATURE + "=" + signature(key);
    }

    /** With %20 for a space: a plus sign stands for itself in the URLs of some protocols. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private byte[] mac(AccessKey key) {
        String lines = String.join(
                        "\n",
                        intent.word(),
                        stream.vhost(),
                        stream.app(),
                        stream.stream(),
                        Long.toString(expires),
                        address,
                        subject)
                + "\n";
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.secret().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(lines.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
