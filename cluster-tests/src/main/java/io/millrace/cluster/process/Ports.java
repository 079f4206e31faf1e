package io.millrace.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ports for processes that cannot be asked which port they took. Reserved below the range that the kernel hands out, one lock
 * file each, so that test JVMs running side by side do not give the same port to two processes. A lock lives as long as its
 * JVM: a port is not used twice in one run, so nobody meets the connections of the one before.
 */
public final class Ports {

    private static final int FIRST = 21_000;
    private static final int LAST = 31_000;
    private static final List<FileLock> HELD = new ArrayList<>();
    private static int next = FIRST + (int) (ProcessHandle.current().pid() * 37 % (LAST - FIRST));

    private Ports() {}

    public static synchronized int reserve() {
        for (int tries = 0; tries < LAST - FIRST; tries++) {
            int port = next;
            next = port + 1 < LAST ? port + 1 : FIRST;
            FileLock lock = lock(port);
            if (lock != null && isFree(port)) {
                HELD.add(lock);
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + LAST);
    }

    private static @Nullable FileLock lock(int port) {
        try {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"), "millrace-test-ports");
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(Integer.toString(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    channel.close();
                }
                return lock;
            } catch (OverlappingFileLockException heldByThisJvm) {
                channel.close();
                return null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket tcp = new ServerSocket();
                DatagramSocket udp = new DatagramSocket(new InetSocketAddress(port))) {
            tcp.setReuseAddress(true);
            tcp.bind(new InetSocketAddress(port));
            return udp.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }
}
