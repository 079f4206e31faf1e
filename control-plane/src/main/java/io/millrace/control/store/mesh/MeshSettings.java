package io.millrace.control.store.mesh;

import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.settings.ListenAddress;
import io.millrace.control.settings.SettingText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the control planes of a mesh are.
 *
 * @param dnsName asked again and again for the addresses of all; empty where they are listed
 * @param peers all of them, this one too
 * @param dnsPort where those that the name has listen
 * @param host to listen on; {@link #ANY} for the one of this machine's addresses that leads to the others
 * @param size how many there are meant to be
 */
record MeshSettings(Optional<String> dnsName, List<ListenAddress> peers, int dnsPort, String host, int port, int size) {

    static final String PEERS = "millrace.mesh.peers";
    static final String LISTEN = "millrace.mesh.listen";
    static final String SIZE = "millrace.mesh.size";
    static final String DEFAULT_PORT = "7800";

    static final String ANY = "0.0.0.0";

    private static final int MAX_SIZE = 15;
    private static final String DNS = "dns:";
    private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\\.?";
    private static final String ALLOWED_PEERS =
            "host:port,host:port,... of all control planes, or dns:name or dns:name:port";

    static MeshSettings of(Optional<String> peersText, String listenText, Optional<String> sizeText) {
        ListenAddress listen = ListenAddress.parse(LISTEN, listenText, ANY);
        if (listen.port() == 0) {
            throw new InvalidSettingException(LISTEN, listenText, "a port that the others know, such as 7800");
        }
        Optional<Integer> size = sizeText.map(text -> SettingText.number(SIZE, text, 1, MAX_SIZE));
        String text = peersText.orElse("").strip();
        if (text.isEmpty()) {
            if (size.orElse(0) != 1) {
                throw new InvalidSettingException(PEERS, text, ALLOWED_PEERS + " (or MILLRACE_MESH_SIZE=1)");
            }
            return new MeshSettings(Optional.empty(), List.of(), 0, listen.host(), listen.port(), 1);
        }
        return text.startsWith(DNS) ? named(text, listen, size) : listed(text, listen, size);
    }

    private static MeshSettings named(String text, ListenAddress listen, Optional<Integer> size) {
        String[] parts = text.substring(DNS.length()).split(":", -1);
        if (parts.length > 2 || !parts[0].matches(NAME)) {
            throw new InvalidSettingException(PEERS, text, ALLOWED_PEERS);
        }
        if (size.isEmpty()) {
            // A name tells who is there now, never how many are missing.
            throw new InvalidSettingException(
                    SIZE,
                    "",
                    "a whole number from 1 to " + MAX_SIZE + "; it is needed where MILLRACE_MESH_PEERS is a name");
        }
        int port = parts.length == 2 ? SettingText.number(PEERS, parts[1], 1, 65_535) : listen.port();
        return new MeshSettings(Optional.of(parts[0]), List.of(), port, listen.host(), listen.port(), size.get());
    }

    private static MeshSettings listed(String text, ListenAddress listen, Optional<Integer> size) {
        List<ListenAddress> peers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String one = part.strip();
            if (one.indexOf(':') < 1) {
                throw new InvalidSettingException(PEERS, text, ALLOWED_PEERS);
            }
            ListenAddress peer = ListenAddress.parse(PEERS, one, ANY);
            if (peer.port() == 0 || peers.contains(peer)) {
                throw new InvalidSettingException(PEERS, text, ALLOWED_PEERS + ", each once");
            }
            peers.add(peer);
        }
        return new MeshSettings(
                Optional.empty(), List.copyOf(peers), 0, listen.host(), listen.port(), size.orElse(peers.size()));
    }
}
