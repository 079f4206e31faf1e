package io.millrace.cluster.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The other end of a {@link Crowd}. The crowd leaves when this JVM ends, however it ends: its input is closed. */
final class CrowdProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    CrowdProcess() throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crowd.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** @param atWindow called when the counting begins */
    Crowd.Outcome measure(Crowd.Order order, Runnable atWindow) throws IOException {
        orders.write(JSON.writeValueAsString(order));
        orders.newLine();
        orders.flush();
        if (nextLine().equals(Crowd.WINDOW)) {
            atWindow.run();
        }
        return JSON.readValue(nextLine(), Crowd.Outcome.class);
    }

    long pid() {
        return process.pid();
    }

    private String nextLine() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("the crowd of viewers ended; its message is above");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        process.destroy();
    }
}
