package io.millrace.control.registry.registration;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the addresses of a host name. */
interface HostLookup {

    /** Empty when there are none, or no answer in time. */
    List<InetAddress> find(String name);

    /** By the resolver of the machine: so many at once and each for so long, since others choose the names. */
    final class Bounded implements HostLookup {

        static final int MAX_AT_ONCE = 16;

        private static final long TIMEOUT_SECONDS = 2;

        private final Semaphore places = new Semaphore(MAX_AT_ONCE);

        @Override
        public List<InetAddress> find(String name) {
            if (!places.tryAcquire()) {
                return List.of();
            }
            CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
            // Not a virtual thread: the resolver's call would hold its carrier.
            var _ = Thread.ofPlatform().daemon().name("lookup of an origin").start(() -> {
                try {
                    answer.complete(List.of(InetAddress.getAllByName(name)));
                } catch (UnknownHostException e) {
                    answer.complete(List.of());
                } finally {
                    places.release();
                }
            });
            try {
                return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                return List.of();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return List.of();
            }
        }
    }
}
