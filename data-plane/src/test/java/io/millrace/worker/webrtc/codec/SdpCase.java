package io.millrace.worker.webrtc.codec;

import java.util.Arrays;
import java.util.List;

/**
 * Descriptions in the shape in which browsers, encoders and servers write them, and what is in them. Drives reading, writing,
 * changing and fuzzing.
 */
public enum SdpCase {
    CHROME_OFFER("""
            v=0
            o=- 4611731400430051336 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=extmap-allow-mixed
            a=msid-semantic: WMS 2c7a
            m=audio 51472 UDP/TLS/RTP/SAVPF 111 63 9
            c=IN IP4 192.0.2.33
            a=rtcp:9 IN IP4 0.0.0.0
            a=candidate:1467250027 1 udp 2122260223 192.0.2.33 51472 typ host generation 0 network-id 1 network-cost 10
            a=candidate:3388485749 1 udp 2122194687 6d0cdb4b-8d0f-4c42-b0d8-1b3f3c2ecf11.local 50221 typ host generation 0 network-id 2
            a=candidate:435653019 1 tcp 1518280447 192.0.2.33 9 typ host tcptype active generation 0 network-id 1
            a=candidate:842163049 1 udp 1677729535 203.0.113.5 51472 typ srflx raddr 192.0.2.33 rport 51472 generation 0 ufrag x
            a=ice-ufrag:Zk3q
            a=ice-pwd:8Bw7nF4UdBqDJPxyz0nBRm7h
            a=ice-options:trickle
            a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08
            a=setup:actpass
            a=mid:0
            a=sendonly
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=fmtp:111 minptime=10;useinbandfec=1
            m=video 9 UDP/TLS/RTP/SAVPF 96 97
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:Zk3q
            a=ice-pwd:8Bw7nF4UdBqDJPxyz0nBRm7h
            a=mid:1
            a=sendonly
            a=rtcp-mux
            a=rtpmap:96 H264/90000
            """, "Zk3q", 4, "0 1"),
    FIREFOX_OFFER("""
            v=0
            o=mozilla...THIS_IS_SDPARTA-99.0 5430134783214236512 0 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=sendrecv
            a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3D:4B:65:2E:7D:46:3F:54:42:CD:54:F1
            a=group:BUNDLE 0
            a=ice-options:trickle
            m=video 9 UDP/TLS/RTP/SAVPF 120 124
            c=IN IP4 0.0.0.0
            a=candidate:0 1 UDP 2122252543 b3a1ffd5.local 44712 typ host
            a=candidate:1 1 TCP 2105524479 b3a1ffd5.local 9 typ host tcptype active
            a=candidate:2 1 UDP 2122187007 2001:db8::33 44713 typ host
            a=recvonly
            a=end-of-candidates
            a=ice-pwd:5d1f43b9e2f7a80c9f67c9b2d0a4e6c1
            a=ice-ufrag:9a8b7c6d
            a=mid:0
            a=rtcp-mux
            a=setup:actpass
            """, "9a8b7c6d", 3, "0"),
    OBS_OFFER("""
            v=0
            o=rtc 3560139034 0 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0 1
            a=group:LS 0 1
            a=msid-semantic:WMS *
            a=setup:actpass
            a=ice-ufrag:ab/+
            a=ice-pwd:nGKUJYhIjW8W2BdFLbV0XX
            a=ice-options:ice2,trickle
            a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=mid:0
            a=sendonly
            a=rtcp-mux
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=mid:1
            a=sendonly
            a=rtcp-mux
            """, "ab/+", 0, "0 1"),
    SRS_ANSWER("""
            v=0
            o=SRS/7.0.1(Kai) 94213312 2 IN IP4 0.0.0.0
            s=SRSPublishSession
            t=0 0
            a=ice-lite
            a=group:BUNDLE 0 1
            a=msid-semantic: WMS live/livestream
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=ice-ufrag:3l2f6l97
            a=ice-pwd:86m1j1p8n2n04k3r19353a7e8f1d5c20
            a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3D:4B:65:2E:7D:46:3F:54:42:CD:54:F1
            a=setup:passive
            a=mid:0
            a=recvonly
            a=rtcp-mux
            a=rtcp-rsize
            a=candidate:0 1 udp 2130706431 10.0.0.9 8000 typ host generation 0
            a=candidate:1 1 tcp 2128609279 10.0.0.9 8000 typ host tcptype passive generation 0
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=ice-ufrag:3l2f6l97
            a=ice-pwd:86m1j1p8n2n04k3r19353a7e8f1d5c20
            a=mid:1
            a=recvonly
            a=rtcp-mux
            a=candidate:0 1 udp 2130706431 10.0.0.9 8000 typ host generation 0
            a=candidate:1 1 tcp 2128609279 10.0.0.9 8000 typ host tcptype passive generation 0
            """, "3l2f6l97", 4, "0 1"),
    LIBWEBRTC_ANSWER("""
            v=0
            o=- 7189236589123 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE a v
            a=msid-semantic: WMS
            m=application 0 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            a=mid:d
            m=audio 40001 UDP/TLS/RTP/SAVPF 111
            c=IN IP6 2001:db8::9
            a=rtcp:40001 IN IP6 2001:db8::9
            a=candidate:1 1 udp 2122262783 2001:db8::9 40001 typ host generation 0 network-id 2 network-cost 50
            a=candidate:2 1 udp 2122194687 10.0.0.9 40002 typ host generation 0 network-id 1
            a=end-of-candidates
            a=ice-ufrag:pQ+/
            a=ice-pwd:Ax1xK2bqf7mD3v6fYuFV9yLk
            a=mid:a
            a=setup:active
            a=recvonly
            a=rtcp-mux
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:pQ+/
            a=ice-pwd:Ax1xK2bqf7mD3v6fYuFV9yLk
            a=mid:v
            a=recvonly
            a=rtcp-mux
            """, "pQ+/", 2, "a v"),
    PION_ANSWER_WITHOUT_CANDIDATES("""
            v=0
            o=- 8498 1700 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=msid-semantic:WMS*
            a=fingerprint:sha-256 4A:AD
            a=group:BUNDLE 0 1
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            c=IN IP4 0.0.0.0
            a=setup:active
            a=mid:0
            a=ice-ufrag:QwErTyUiOp
            a=ice-pwd:ZxCvBnMaSdFgHjKlQwErTyUiOp
            a=rtcp-mux
            a=sendonly
            m=video 9 UDP/TLS/RTP/SAVPF 96
            c=IN IP4 0.0.0.0
            a=mid:1
            a=rtcp-mux
            a=sendonly
            """, "QwErTyUiOp", 0, "0 1"),
    UNBUNDLED_WITHOUT_LAST_LINE_END("""
            v=0
            o=- 1 1 IN IP4 10.0.0.9
            s=caf\u00e9
            c=IN IP4 10.0.0.9
            t=0 0
            a=ice-lite
            a=ice-ufrag:sess
            a=ice-pwd:sessionsessionsessionsession
            m=video 7000/2 RTP/SAVPF 96
            a=rtcp:7001
            a=candidate:1 1 UDP 2113667326 10.0.0.9 7000 typ host
            a=candidate:broken
            a=rtpmap:96 VP8/90000""", "sess", 1, "");

    private final String text;
    final String ufrag;
    final int candidates;
    private final String bundle;

    SdpCase(String text, String ufrag, int candidates, String bundle) {
        this.text = text.replace("\n", "\r\n");
        this.ufrag = ufrag;
        this.candidates = candidates;
        this.bundle = bundle;
    }

    /** With CRLF at the end of lines. */
    public String text() {
        return text;
    }

    List<String> bundle() {
        return Arrays.stream(bundle.split(" ", -1))
                .filter(mid -> !mid.isEmpty())
                .toList();
    }
}
