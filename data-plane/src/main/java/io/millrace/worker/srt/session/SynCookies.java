package io.millrace.worker.srt.session;

import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.settings.Signer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Cookies by which a caller shows that it gets what is sent to its address, before anything is kept for it: a keyed hash of the
 * address and of the minute. The same on every worker of a cluster. Any thread.
 */
public final class SynCookies {

    private static final String PURPOSE = "millrace srt cookie 1";

    /** A cookie is good for one to two of these. */
    static final Duration SLOT = Duration.ofMinutes(1);

    private static final int LONGEST_ADDRESS = 16;

    private final Signer signer;
    private final InstantSource clock;

    public SynCookies(ClusterToken token, InstantSource clock) {
        this.signer = new Signer(token.derive(PURPOSE));
        this.clock = clock;
    }

    /** Never 0, which stands for none. */
    public int bake(InetSocketAddress caller) {
        return bake(caller, slot()).getFirst();
    }

    public boolean isOurs(InetSocketAddress caller, int cookie) {
        long slot = slot();
        return bake(caller, slot).contains(cookie) || bake(caller, slot - 1).contains(cookie);
    }

    private long slot() {
        return clock.millis() / SLOT.toMillis();
    }

    /** By each key, that which is sent first. */
    private List<Integer> bake(InetSocketAddress caller, long slot) {
        ByteBuffer about = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + LONGEST_ADDRESS);
        about.putLong(slot).putInt(caller.getPort()).put(caller.getAddress().getAddress());
        return signer.signByEach(about.array(), about.position()).stream()
                .map(signature -> ByteBuffer.wrap(signature).getInt())
                .map(cookie -> cookie == 0 ? 1 : cookie)
                .toList();
    }
}
