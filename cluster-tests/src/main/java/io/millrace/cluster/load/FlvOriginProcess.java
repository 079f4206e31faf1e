package io.millrace.cluster.load;

import io.millrace.cluster.origin.FlvOrigin;
import io.millrace.cluster.rtmp.FlvTag;
import io.millrace.cluster.rtmp.Message;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An {@link FlvOrigin} in a process of its own, whose frames are stamped when they leave. Ends with its input. */
final class FlvOriginProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    FlvOriginProcess(Path recording) throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FlvOriginProcess.class.getName(),
                        recording.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        if (line == null) {
            throw new EOFException("the origin ended; its message is above");
        }
        port = Integer.parseInt(line);
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException {
        List<FlvTag> stamped = new ArrayList<>();
        for (FlvTag tag : FlvTag.readFile(Path.of(arguments[0]))) {
            if (tag.isHeader() || tag.type() == Message.AUDIO) {
                stamped.add(tag);
            } else if (SendStamp.fits(tag.body())) {
                stamped.add(new FlvTag(tag.type(), tag.timestamp(), SendStamp.withRoom(tag.body())));
            }
        }
        try (FlvOrigin origin = new FlvOrigin(stamped, SendStamp::set)) {
            System.out.println(origin.port());
            System.out.flush();
            while (System.in.read() >= 0) {
                // Until whoever started us is gone.
            }
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
