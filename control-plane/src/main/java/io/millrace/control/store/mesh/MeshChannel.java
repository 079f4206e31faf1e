package io.millrace.control.store.mesh;

import io.millrace.control.start.CannotStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.NameCache;
import org.jgroups.util.UUID;

/** JGroups: who is there, who leads, and messages in order over TCP. Calls back on threads of JGroups. */
final class MeshChannel implements Transport {

    private static final Logger LOG = Logger.getLogger(MeshChannel.class);

    /** What JGroups says of lost messages and suspects is of use to those who work on it; we say who is there. */
    private static final List<java.util.logging.Logger> JGROUPS = Stream.of(
                    "org.jgroups", SealedTcp.class.getName(), PeerPing.class.getName())
            .map(java.util.logging.Logger::getLogger)
            .toList();

    private static final int MAX_THREADS = 16;
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(5);

    private final JChannel channel;
    private final String cluster;
    private final String self;
    private final String place;
    private final Map<String, Outbox> outboxes = new ConcurrentHashMap<>();
    private final Map<String, Address> addresses = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @throws CannotStartException if there is no such address on this machine */
    MeshChannel(MeshSettings settings, Seal seal, String cluster) {
        this.cluster = cluster;
        JGROUPS.stream().filter(logger -> logger.getLevel() == null).forEach(logger -> logger.setLevel(Level.SEVERE));
        PeerAddresses peers = new PeerAddresses(settings);
        UUID address = UUID.randomUUID();
        self = address.toStringLong();
        try {
            InetAddress bind = peers.own();
            place = bind.getHostAddress() + ":" + settings.port();
            channel = channel(bind, settings.port(), peers, seal);
        } catch (IOException e) {
            throw new CannotStartException(
                    "MILLRACE_MESH_LISTEN: this machine's own address in the mesh cannot be found out: " + e);
        } catch (Exception e) {
            throw new IllegalStateException("the mesh cannot be set up", e);
        }
        channel.setName(place);
        channel.setDiscardOwnMessages(true);
        channel.addAddressGenerator(() -> address);
    }

    private static JChannel channel(InetAddress bind, int port, PeerAddresses peers, Seal seal) throws Exception {
        SealedTcp tcp = new SealedTcp(seal);
        tcp.setBindAddress(bind).setBindPort(port).setPortRange(0);
        // A closed connection is the quickest sign that a process is gone; VERIFY_SUSPECT2 asks before anybody believes
        // it.
        tcp.tcpNodelay(true).enableSuspectEvents(true).setSockConnTimeout(500).setMaxLength(64 * 1024 * 1024);
        // A thread for each member: the one thread for all that is usual never rests again once a member has left to
        // whom
        // something was still to be sent (JGroups 5.5.1), and one member that takes nothing would hold up the others.
        PerDestinationBundler sending = new PerDestinationBundler();
        sending.useSingleSenderThread(false);
        tcp.setBundler(sending);
        tcp.getThreadPool().setMinThreads(0).setMaxThreads(MAX_THREADS).setKeepAliveTime(30_000);
        tcp.getThreadPool().setThreadDumpsEnabled(false);
        tcp.disableDiagnostics();
        GMS membership = new GMS();
        membership.setJoinTimeout(1_000).setMaxJoinAttempts(3).setLeaveTimeout(700);
        membership.printLocalAddress(false);
        membership.setViewAckCollectionTimeout(1_000);
        JChannel made = new JChannel(
                tcp,
                new PeerPing(() -> peers.all().stream()
                        .<PhysicalAddress>map(found -> new IpAddress(found.getAddress(), found.getPort()))
                        .toList()),
                new MERGE3().setMinInterval(500).setMaxInterval(1_500),
                new FD_ALL3().setTimeout(3_000).setInterval(700),
                new VERIFY_SUSPECT2().setTimeout(500),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE().setDesiredAverageGossip(5_000),
                membership,
                new UFC().setMaxCredits(4_000_000),
                new FRAG4().setFragSize(60_000));
        made.stats(false);
        return made;
    }

    /** @throws CannotStartException if the port cannot be had */
    @Override
    public void start(Receiver receiver) {
        channel.setReceiver(new org.jgroups.Receiver() {
            @Override
            public void viewAccepted(View view) {
                MeshChannel.this.view(view, receiver);
            }

            @Override
            public void receive(org.jgroups.Message message) {
                MeshChannel.this.receive(message, receiver);
            }
        });
        try {
            channel.connect(cluster);
        } catch (Exception e) {
            channel.close();
            throw new CannotStartException("MILLRACE_MESH_LISTEN: cannot listen on " + place + ": " + rootOf(e));
        }
    }

    private static String rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private void view(View view, Receiver receiver) {
        for (Address member : view.getMembers()) {
            addresses.put(name(member), member);
        }
        List<String> members = view.getMembers().stream().map(MeshChannel::name).toList();
        outboxes.forEach((member, outbox) -> {
            if (!members.contains(member)) {
                outboxes.remove(member);
                addresses.remove(member);
                outbox.close();
            }
        });
        receiver.view(members);
    }

    private void receive(org.jgroups.Message message, Receiver receiver) {
        try {
            Message decoded = MessageCodec.decode(message.getArray(), message.getOffset(), message.getLength());
            // A member that is about to lead may speak before this one has heard that it joined.
            addresses.putIfAbsent(name(message.getSrc()), message.getSrc());
            receiver.received(name(message.getSrc()), decoded);
        } catch (IOException e) {
            LOG.warnf("mesh cannot read a message from=%s error=%s", describe(name(message.getSrc())), e.getMessage());
        }
    }

    private static String name(Address member) {
        return member instanceof UUID id ? id.toStringLong() : member.toString();
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public void send(String to, Message message) {
        Address address = addresses.get(to);
        if (address != null && !closed) {
            outboxes.computeIfAbsent(
                            to, _ -> new Outbox(describe(to), bytes -> channel.send(new BytesMessage(address, bytes))))
                    .add(message);
        }
    }

    @Override
    public String describe(String member) {
        if (member.equals(self)) {
            return place;
        }
        Address address = addresses.get(member);
        String name = address == null ? null : NameCache.get(address);
        return name == null ? "?" : name;
    }

    /** For tests that cut it off. */
    JChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        closed = true;
        outboxes.values().forEach(Outbox::close);
        Thread leaving = Thread.ofPlatform().daemon().name("mesh-leave").start(channel::close);
        try {
            // JGroups may wait for others without end; they find out by themselves that this one is gone.
            if (!leaving.join(LEAVE_LIMIT)) {
                LOG.warnf("mesh not told that this member leaves: timeout=%s", LEAVE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
