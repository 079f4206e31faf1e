package io.millrace.worker.rtsp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.FuzzRun;
import io.millrace.worker.rtsp.codec.RtspFormatException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Good exchanges with something wrong in them, for as long as {@code millrace.fuzz.seconds} says (10 for all parsers together).
 * Whatever comes, a parser ends, answers with a {@link RtspFormatException} or not at all, gives every buffer back and takes memory
 * in proportion to what it was sent. Texts that once broke one stand in {@code rtsp-fuzz-cases.csv}, with Java's escapes.
 */
class RtspFuzzTest {

    private static final long MOST_MEMORY = 16L << 20;

    /** What parsers look for, and what they must bear. */
    private static final String[] MARKS = {
        "\r\n",
        "\n",
        "\r",
        "\r\n\r\n",
        " ",
        "\t",
        ":",
        ";",
        ",",
        "=",
        "-",
        "$",
        "\0",
        "\u00ff",
        "/",
        "?",
        "%",
        "#",
        "*",
        "\"",
        "rtsp://",
        "RTSP/1.0",
        "RTSP/",
        "Content-Length: 4\r\n",
        "Content-Length: 99999999999\r\n",
        "client_port=1-2",
        "client_port=",
        "interleaved=",
        "vhost=",
        "a=control:",
        "url=",
        "65535",
        "65536",
        "-1",
        "%zz",
        "%00",
        "trackID=0"
    };

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsItsWordWhateverComes(FuzzedRtsp parser) {
        List<String> valid = parser.valid();
        valid.forEach(text -> parser.feed(text, new Random(1)));
        FuzzRun.forOneOf(FuzzedRtsp.values().length, (random, seed) -> feed(parser, mutated(valid, random), seed));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/rtsp-fuzz-cases.csv", numLinesToSkip = 1, maxCharsPerColumn = 100_000)
    void keepsItsWordWhereItOnceDidNot(FuzzedRtsp parser, long seed, String escaped, String why) {
        assertThat(why).isNotBlank();
        feed(parser, escaped.translateEscapes(), seed);
    }

    /** @return whether it took the text for well-formed */
    private boolean feed(FuzzedRtsp parser, String text, long seed) {
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean accepted = true;
        try {
            parser.feed(text, new Random(seed));
        } catch (RtspFormatException malformed) {
            accepted = false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(asCase(parser, text, seed), e);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (allocated > MOST_MEMORY) {
            throw new AssertionError("took " + allocated + " bytes of memory: " + asCase(parser, text, seed));
        }
        return accepted;
    }

    private static String asCase(FuzzedRtsp parser, String text, long seed) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (c >= ' ' && c < 0x7f && c != '\\' && c != '"' && c != ',') {
                escaped.append((char) c);
            } else {
                escaped.append("\\%03o".formatted(c));
            }
        });
        return "a line for rtsp-fuzz-cases.csv: " + parser + "," + seed + ",\"" + escaped + "\",what is wrong";
    }

    private static String mutated(List<String> valid, Random random) {
        String text = valid.get(random.nextInt(valid.size()));
        int changes = 1 + random.nextInt(random.nextInt(3) == 0 ? 12 : 3);
        for (int i = 0; i < changes; i++) {
            text = changed(text, valid, random);
        }
        return text;
    }

    private static String changed(String text, List<String> valid, Random random) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 6));
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, at) + text.substring(end);
            case 1 -> text.substring(0, end) + text.substring(at);
            case 2 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(end);
            case 3, 4 -> text.substring(0, at) + MARKS[random.nextInt(MARKS.length)] + text.substring(at);
            default -> {
                String other = valid.get(random.nextInt(valid.size()));
                yield text.substring(0, at) + other.substring(random.nextInt(other.length()));
            }
        };
    }
}
