package io.millrace.control.registry.probe;

import io.millrace.model.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Connects, exchanges what the target asks for and closes again, each time on a virtual thread of its own. */
public final class SocketProbe implements Probe {

    /** So long after its deadline a failure is about this process, which was stopped meanwhile. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private final RandomGenerator random;
    private final LongSupplier nanoTime;

    /** @param random must be safe for use by any thread */
    public SocketProbe(RandomGenerator random, LongSupplier nanoTime) {
        this.random = random;
        this.nanoTime = nanoTime;
    }

    @Override
    public void attempt(ProbeTarget target, Duration timeout, Consumer<ProbeResult> result) {
        var _ = Thread.ofVirtual()
                .name("probe " + target.endpoint().authority())
                .start(() -> result.accept(timed(target, timeout)));
    }

    private ProbeResult timed(ProbeTarget target, Duration timeout) {
        long began = nanoTime.getAsLong();
        ProbeResult result = attempt(target, timeout);
        boolean late = nanoTime.getAsLong() - began > timeout.plus(LATE).toNanos();
        return late && !result.isAnswered() ? ProbeResult.inconclusive() : result;
    }

    private ProbeResult attempt(ProbeTarget target, Duration timeout) {
        Endpoint endpoint = target.endpoint();
        long deadline = nanoTime.getAsLong() + timeout.toNanos();
        InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
        if (address.isUnresolved()) {
            return ProbeResult.unanswered(endpoint + " has an unknown host");
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, millisUntil(deadline));
            if (target.kind() == ProbeTarget.Kind.RTMP_HANDSHAKE) {
                shakeHands(socket, deadline);
            }
            return ProbeResult.ANSWERED;
        } catch (SocketTimeoutException e) {
            return ProbeResult.unanswered(endpoint + " did not answer within " + timeout.toMillis() + "ms");
        } catch (ConnectException e) {
            String detail = endpoint + ": " + e.getMessage();
            return String.valueOf(e.getMessage()).contains("refused")
                    ? ProbeResult.refused(detail)
                    : ProbeResult.unanswered(detail);
        } catch (IOException e) {
            return ProbeResult.unanswered(endpoint + ": " + e.getMessage());
        }
    }

    private void shakeHands(Socket socket, long deadline) throws IOException {
        // A new socket's buffer takes it at once, also when the other side reads nothing.
        socket.getOutputStream().write(RtmpHandshake.opening(random));
        RtmpHandshake.readAnswer(new Timed(socket, deadline));
    }

    private int millisUntil(long deadline) throws SocketTimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - nanoTime.getAsLong());
        if (left <= 0) {
            throw new SocketTimeoutException("deadline");
        }
        return Math.toIntExact(left);
    }

    /** Reading that ends at the deadline, also when the other side sends a byte now and then. */
    private final class Timed extends InputStream {

        private final Socket socket;
        private final long deadline;

        Timed(Socket socket, long deadline) {
            this.socket = socket;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            socket.setSoTimeout(millisUntil(deadline));
            return socket.getInputStream().read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            socket.setSoTimeout(millisUntil(deadline));
            return socket.getInputStream().read(bytes, offset, length);
        }
    }
}
