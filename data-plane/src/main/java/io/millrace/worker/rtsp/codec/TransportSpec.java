package io.millrace.worker.rtsp.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One alternative of a Transport header (RFC 2326, section 12.39): {@code RTP/AVP;unicast;client_port=5000-5001}. Parameters that
 * that are not read here keep their place and spelling.
 *
 * @param protocol transport, profile and lower transport as they were written
 */
public record TransportSpec(String protocol, List<String> parameters) {

    public static final String CLIENT_PORT = "client_port";
    public static final String SERVER_PORT = "server_port";

    private static final int MAX_ALTERNATIVES = 16;

    public TransportSpec {
        parameters = List.copyOf(parameters);
    }

    /** A port and the next one, or another: RTP and RTCP. */
    public record Ports(int rtp, int rtcp) {

        @Override
        public String toString() {
            return rtp + "-" + rtcp;
        }
    }

    /** @throws RtspFormatException when it is none */
    public static List<TransportSpec> parse(String header) {
        String[] alternatives = header.split(",", -1);
        if (alternatives.length > MAX_ALTERNATIVES) {
            throw new RtspFormatException("more than " + MAX_ALTERNATIVES + " transports to choose from");
        }
        List<TransportSpec> specs = new ArrayList<>();
        for (String alternative : alternatives) {
            String[] parts = alternative.strip().split(";", -1);
            if (parts[0].isBlank()) {
                throw new RtspFormatException("a transport without a protocol");
            }
            List<String> parameters = new ArrayList<>();
            for (int i = 1; i < parts.length; i++) {
                if (!parts[i].isBlank()) {
                    parameters.add(parts[i].strip());
                }
            }
            specs.add(new TransportSpec(parts[0].strip(), parameters));
        }
        return specs;
    }

    public static String write(List<TransportSpec> specs) {
        return specs.stream().map(TransportSpec::toString).collect(Collectors.joining(","));
    }

    public boolean isTcp() {
        return protocol.toUpperCase(Locale.ROOT).endsWith("/TCP")
                || value("interleaved").isPresent();
    }

    public boolean isMulticast() {
        return has("multicast");
    }

    /** Whether media is to flow from the client to the server. */
    public boolean isRecord() {
        return value("mode")
                .map(mode -> mode.toUpperCase(Locale.ROOT))
                .filter(mode -> mode.contains("RECORD") || mode.contains("RECEIVE"))
                .isPresent();
    }

    private boolean has(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.equalsIgnoreCase(name));
    }

    /** The value of a parameter, empty where it stands without one or not at all. */
    public Optional<String> value(String name) {
        return parameters.stream()
                .filter(parameter -> isNamed(parameter, name))
                .map(parameter ->
                        parameter.substring(parameter.indexOf('=') + 1).strip())
                .findFirst();
    }

    /** Where one port stands alone, the one above it is RTCP's. Empty where there is none, or nothing that is a port. */
    public Optional<Ports> ports(String name) {
        return value(name)
                .filter(text -> text.matches("[0-9]{1,5}(-[0-9]{1,5})?"))
                .flatMap(text -> {
                    int dash = text.indexOf('-');
                    int rtp = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
                    int rtcp = dash < 0 ? rtp + 1 : Integer.parseInt(text.substring(dash + 1));
                    boolean valid = rtp > 0 && rtp < 65_536 && rtcp > 0 && rtcp < 65_536;
                    return valid ? Optional.of(new Ports(rtp, rtcp)) : Optional.empty();
                });
    }

    /** With another value where the parameter stands, or at the end. */
    public TransportSpec with(String name, String value) {
        String written = name + "=" + value;
        List<String> changed = new ArrayList<>();
        boolean stands = false;
        for (String parameter : parameters) {
            if (!isNamed(parameter, name)) {
                changed.add(parameter);
            } else if (!stands) {
                stands = true;
                changed.add(written);
            }
        }
        if (!stands) {
            changed.add(written);
        }
        return new TransportSpec(protocol, changed);
    }

    public TransportSpec without(String name) {
        return new TransportSpec(
                protocol,
                parameters.stream()
                        .filter(parameter -> !isNamed(parameter, name) && !parameter.equalsIgnoreCase(name))
                        .toList());
    }

    private static boolean isNamed(String parameter, String name) {
        int equals = parameter.indexOf('=');
        return equals >= 0 && parameter.substring(0, equals).strip().equalsIgnoreCase(name);
    }

    @Override
    public String toString() {
        return parameters.isEmpty() ? protocol : protocol + ";" + String.join(";", parameters);
    }
}
