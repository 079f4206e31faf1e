package io.millrace.worker.webrtc;

import io.millrace.worker.settings.ListenerAddress;
import io.millrace.worker.settings.OriginTimeouts;
import io.millrace.worker.settings.SettingsReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an operator sets for WebRTC.
 *
 * @param listen PROXY_WEBRTC_SERVER, for datagrams
 * @param tcp for ICE over TCP; empty when there is none
 * @param addresses what answers announce in place of the origin's candidates: {@code ip} or {@code ip:port}; empty to find them out
 * @param direct whether the origin's own candidates stay, so that media does not pass the worker
 * @param idleTimeout a session whose client sends nothing for so long is over
 * @param originAnswerTimeout until an origin answers a signalling request
 * @param originHedgeAfter until another origin of a new stream is dialled beside one that has not answered anything
 */
public record WebRtcSettings(
        ListenerAddress listen,
        Optional<ListenerAddress> tcp,
        List<String> addresses,
        boolean direct,
        Duration idleTimeout,
        Duration originAnswerTimeout,
        Duration originHedgeAfter) {

    private static final String LISTEN = "PROXY_WEBRTC_SERVER";
    private static final String TCP = "millrace.webrtc.tcp";
    private static final String ADDRESSES = "millrace.webrtc.addresses";
    private static final Duration DAY = Duration.ofDays(1);

    public static WebRtcSettings read(SettingsReader reader, OriginTimeouts origin) {
        ListenerAddress listen = reader.address(LISTEN, "18000", "");
        return new WebRtcSettings(
                listen,
                // Where UDP passes, its port is open in most firewalls' TCP rules too: one number to remember.
                reader.value(TCP).isEmpty() ? Optional.of(listen) : reader.listener(TCP),
                addresses(reader),
                reader.onOff("millrace.webrtc.direct", false),
                reader.duration("millrace.webrtc.idle-timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), DAY),
                origin.answer(),
                origin.hedgeAfter());
    }

    private static List<String> addresses(SettingsReader reader) {
        List<String> addresses = new ArrayList<>();
        for (String part : reader.text(ADDRESSES, "").split(",", -1)) {
            String text = part.strip();
            if (text.isEmpty()) {
                continue;
            }
            if (AnnouncedAddress.parse(text).isPresent()) {
                addresses.add(text);
            } else {
                reader.bad(
                        ADDRESSES,
                        text,
                        "allowed are " + AnnouncedAddress.ALLOWED + ", several with commas between them");
            }
        }
        return List.copyOf(addresses);
    }
}
