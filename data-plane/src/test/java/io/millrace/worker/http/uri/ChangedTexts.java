package io.millrace.worker.http.uri;

import io.millrace.worker.FuzzRun;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Good texts with something wrong in them. */
public final class ChangedTexts {

    private final List<String> valid;
    private final List<String> words;

    /** @param words what means something in these texts, and so is worth putting where it does not belong */
    public ChangedTexts(List<String> valid, List<String> words) {
        this.valid = valid;
        this.words = words;
    }

    /**
     * Feeds them to a parser for a share of the time; what it throws fails the test and names the text.
     *
     * @param shares how many parsers have the time together
     * @param check whether a text was well-formed
     */
    public void feed(int shares, Predicate<String> check) {
        FuzzRun.forOneOf(shares, (random, seed) -> {
            String text = next(random);
            try {
                return check.test(text);
            } catch (RuntimeException | Error e) {
                String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE));
                throw new AssertionError("seed " + seed + ", UTF-16: " + hex, e);
            }
        });
    }

    private String next(Random random) {
        StringBuilder text = new StringBuilder(valid.get(random.nextInt(valid.size())));
        int changes = 1 + random.nextInt(random.nextInt(3) == 0 ? 12 : 3);
        for (int i = 0; i < changes && !text.isEmpty(); i++) {
            change(text, random);
        }
        return text.toString();
    }

    private void change(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 8));
        switch (random.nextInt(6)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x80));
            case 1 -> text.delete(at, end);
            case 2 -> text.insert(at, text.substring(at, end));
            case 3 -> {
                String other = valid.get(random.nextInt(valid.size()));
                text.replace(at, text.length(), other.substring(random.nextInt(other.length())));
            }
            case 4 -> text.setLength(at);
            default -> text.insert(at, words.get(random.nextInt(words.size())));
        }
    }
}
