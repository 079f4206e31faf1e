package io.millrace.model.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a PEM file (RFC 7468), whatever stands between them. */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private Pem() {}

    /**
     * One block.
     *
     * @param type what stands behind BEGIN
     * @param body between the two lines
     */
    record Block(String type, String body) {

        /** OpenSSL's old way to encrypt a key, beside a type of its own for the new one. */
        boolean isEncrypted() {
            return type.equals("ENCRYPTED PRIVATE KEY") || body.contains("ENCRYPTED");
        }

        /** @throws IllegalArgumentException when it is not Base64 */
        byte[] bytes() {
            return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
        }
    }

    static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }
}
