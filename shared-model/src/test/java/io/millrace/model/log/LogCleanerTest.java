package io.millrace.model.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogCleanerTest {

    @Test
    void escapesWhatATerminalOrAReaderOfLinesWouldObey() {
        Map<String, String> shown = Map.ofEntries(
                Map.entry("live/cam\nERROR a line of mine", "live/cam\\nERROR a line of mine"),
                Map.entry("a\rb", "a\\rb"),
                Map.entry("a\tb", "a\\tb"),
                Map.entry((char) 0x1b + "[2J", "\\u001b[2J"),
                Map.entry((char) 0x9b + "2J", "\\u009b2J"),
                Map.entry("a" + (char) 0 + "b", "a\\u0000b"),
                Map.entry("a" + (char) 0x7f + "b", "a\\u007fb"),
                Map.entry("a" + (char) 0x2028 + "b", "a\\u2028b"),
                Map.entry("a" + (char) 0x202e + "b", "a\\u202eb"),
                Map.entry("grüße 東京 🎥", "grüße 東京 🎥"),
                Map.entry("back\\slash", "back\\slash"));
        shown.forEach((text, line) -> assertThat(LogText.escaped(text)).isEqualTo(line));
    }

    @Test
    void cleansMessageParametersAndExceptions() {
        LogRecord record = new LogRecord(Level.INFO, "refused\nERROR forged");
        Object number = 5;
        record.setParameters(new Object[] {"stream\nERROR forged", number, null, "plain"});
        IllegalStateException cause = new IllegalStateException("cause\nERROR forged");
        RuntimeException thrown = new RuntimeException("outer", cause);
        thrown.addSuppressed(new IllegalArgumentException("suppressed\nERROR forged"));
        record.setThrown(thrown);

        LogCleaner.clean(record);

        assertThat(record.getMessage()).isEqualTo("refused\\nERROR forged");
        assertThat(record.getParameters()).containsExactly("stream\\nERROR forged", number, null, "plain");
        StringWriter printed = new StringWriter();
        record.getThrown().printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString().lines()).noneMatch(line -> line.startsWith("ERROR forged"));
        assertThat(printed.toString())
                .contains("java.lang.RuntimeException: outer")
                .contains("Caused by: java.lang.IllegalStateException: cause\\nERROR forged")
                .contains("LogCleanerTest.cleansMessageParametersAndExceptions");
    }

    @Test
    void leavesWhatIsCleanAsItIs() {
        LogRecord record = new LogRecord(Level.INFO, "started port=%d");
        Object[] parameters = {11935};
        RuntimeException thrown = new RuntimeException("plain");
        record.setParameters(parameters);
        record.setThrown(thrown);
        LogCleaner.clean(record);
        assertThat(record.getParameters()).isSameAs(parameters);
        assertThat(record.getThrown()).isSameAs(thrown);
    }
}
