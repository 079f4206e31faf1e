package io.millrace.control.peers;

import io.millrace.control.peers.PeerClient.Question;
import io.millrace.control.streams.admin.StreamAdmin;
import io.millrace.control.streams.binding.DecisionRecord;
import io.millrace.model.Binding;
import io.millrace.model.StreamKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Why streams are where they are, whichever control plane decided it. */
public final class ClusterDecisions {

    private final StreamAdmin local;
    private final Peers peers;
    private final PeerClient client;

    public ClusterDecisions(StreamAdmin local, Peers peers, PeerClient client) {
        this.local = local;
        this.peers = peers;
        this.client = client;
    }

    /** The decision behind the binding that a stream has, while a control plane keeps it. */
    public Optional<DecisionRecord> whyThere(StreamKey stream) {
        return local.whyThere(stream).or(() -> local.binding(stream).flatMap(this::elsewhere));
    }

    private Optional<DecisionRecord> elsewhere(Binding binding) {
        List<Peer> others = peers.others();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        String path = "/decisions?stream=" + URLEncoder.encode(binding.stream().toString(), StandardCharsets.UTF_8)
                + "&epoch=" + binding.epoch();
        return client.ask(others, new Question("GET", path, null), DecisionRecord.class).answers().stream()
                .findFirst();
    }
}
