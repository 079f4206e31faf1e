package io.millrace.control.store.mesh;

import java.io.DataInput;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;

/**
 * The TCP of JGroups with every packet sealed: discovery, membership and heartbeats too, so nobody without the cluster token can join,
 * read, or make a member look dead. JGroups' own encryption leaves headers and empty messages open.
 */
class SealedTcp extends TCP {

    private static final Logger LOG = Logger.getLogger(SealedTcp.class);

    private final Seal seal;
    private final AtomicLong refused = new AtomicLong();

    SealedTcp(Seal seal) {
        this.seal = seal;
        // Headers carry the id of the protocol that they belong to.
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    @Override
    public void send(Address dest, byte[] data, int offset, int length) throws Exception {
        byte[] sealed = seal.close(data, offset, length);
        super.send(dest, sealed, 0, sealed.length);
    }

    @Override
    public void receive(Address sender, byte[] data, int offset, int length) {
        byte[] plain = seal.open(data, offset, length);
        if (plain != null) {
            super.receive(sender, plain, 0, plain.length);
            return;
        }
        long count = refused.incrementAndGet();
        // Powers of two: somebody with another token tries again and again.
        if (Long.bitCount(count) == 1) {
            LOG.warnf("mesh refused a packet of another cluster token from=%s count=%d", sender, count);
        }
    }

    @Override
    public void receive(Address sender, DataInput in, int length) throws Exception {
        byte[] sealed = new byte[length];
        in.readFully(sealed);
        receive(sender, sealed, 0, length);
    }
}
