package io.millrace.worker.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SdpCandidatesTest {

    private static final Candidate UDP =
            Candidate.parse("1 1 udp 2130706431 198.51.100.1 18000 typ host").orElseThrow();
    private static final Candidate TCP = Candidate.parse(
                    "2 1 tcp 1671430143 198.51.100.1 18001 typ host tcptype passive")
            .orElseThrow();
    private static final List<Candidate> OURS = List.of(UDP, TCP);

    private static String removed(SdpCase one) {
        return SdpCandidates.removed(Sdp.parse(one.text())).toString();
    }

    private static String replaced(SdpCase one) {
        return SdpCandidates.replaced(Sdp.parse(one.text()), OURS).toString();
    }

    private static List<String> changedLines(String before, String after) {
        List<String> old = before.lines().toList();
        return after.lines().filter(line -> !old.contains(line)).toList();
    }

    @ParameterizedTest
    @EnumSource
    void leavesNoWayToTheClientInAnOffer(SdpCase one) {
        String text = removed(one);
        assertThat(text).doesNotContain("a=candidate", "a=end-of-candidates", "192.0.2.33\r\n", "203.0.113.5");
        assertThat(Sdp.parse(text).iceUfrag()).contains(one.ufrag);
        assertThat(removed(one))
                .isEqualTo(SdpCandidates.removed(Sdp.parse(text)).toString());
    }

    @Test
    void takesTheDefaultAddressOutOfAnOfferAndNothingElse() {
        assertThat(changedLines(SdpCase.CHROME_OFFER.text(), removed(SdpCase.CHROME_OFFER)))
                .containsExactly("m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9");
        assertThat(removed(SdpCase.OBS_OFFER)).isEqualTo(SdpCase.OBS_OFFER.text());
        assertThat(changedLines(
                        SdpCase.UNBUNDLED_WITHOUT_LAST_LINE_END.text(),
                        removed(SdpCase.UNBUNDLED_WITHOUT_LAST_LINE_END)))
                .containsExactly("c=IN IP4 0.0.0.0", "m=video 9/2 RTP/SAVPF 96", "a=rtcp:9");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerLeadsToTheWorkerAlone(SdpCase one) {
        Sdp answer = Sdp.parse(replaced(one));
        assertThat(answer.candidates()).isNotEmpty().allMatch(OURS::contains);
        assertThat(answer.iceUfrag()).contains(one.ufrag);
        assertThat(answer.toString()).doesNotContain("10.0.0.9 ", "2001:db8::9");
        assertThat(answer.toString().contains("a=end-of-candidates"))
                .isEqualTo(one.text().contains("a=end-of-candidates"));
    }

    @Test
    void eachSectionThatHadCandidatesHasThemInTheSamePlace() {
        assertThat(replaced(SdpCase.SRS_ANSWER))
                .isEqualTo(SdpCase.SRS_ANSWER
                        .text()
                        .replace("0 1 udp 2130706431 10.0.0.9 8000 typ host generation 0", UDP.toString())
                        .replace(
                                "1 1 tcp 2128609279 10.0.0.9 8000 typ host tcptype passive generation 0",
                                TCP.toString()));
    }

    @Test
    void theDefaultAddressIsTheWorkersToo() {
        assertThat(changedLines(SdpCase.LIBWEBRTC_ANSWER.text(), replaced(SdpCase.LIBWEBRTC_ANSWER)))
                .containsExactly(
                        "m=audio 18000 UDP/TLS/RTP/SAVPF 111",
                        "c=IN IP4 198.51.100.1",
                        "a=rtcp:18000 IN IP4 198.51.100.1",
                        "a=candidate:" + UDP,
                        "a=candidate:" + TCP);
        assertThat(replaced(SdpCase.UNBUNDLED_WITHOUT_LAST_LINE_END))
                .contains("m=video 18000/2 RTP/SAVPF 96", "a=rtcp:18000\r\n", "t=0 0")
                .endsWith("a=rtpmap:96 VP8/90000");
    }

    @Test
    void anAnswerWithoutCandidatesGetsThemWhereItsTransportIs() {
        assertThat(replaced(SdpCase.PION_ANSWER_WITHOUT_CANDIDATES))
                .contains("a=sendonly\r\na=candidate:" + UDP + "\r\na=candidate:" + TCP + "\r\nm=video 9 ");
    }

    @Test
    void candidatesStandBeforeTheWordThatNoMoreWillCome() {
        String fragment = "m=audio 9 RTP/AVP 0\na=mid:0\na=end-of-candidates";
        assertThat(SdpCandidates.replaced(Sdp.parseFragment(fragment), List.of(UDP)))
                .hasToString("m=audio 9 RTP/AVP 0\na=mid:0\na=candidate:" + UDP + "\na=end-of-candidates");
    }

    @Test
    void aTextWithoutItsLastLineEndGetsOneBeforeWhatIsAdded() {
        String text = "v=0\r\nm=audio 9 RTP/AVP 0\r\na=mid:0";
        assertThat(SdpCandidates.replaced(Sdp.parse(text), List.of(UDP)))
                .hasToString(text + "\r\na=candidate:" + UDP + "\r\n");
        assertThat(SdpCandidates.replaced(Sdp.parse(text + "\r\n\r\n"), List.of(UDP)))
                .hasToString(text + "\r\na=candidate:" + UDP + "\r\n\r\n");
    }

    @Test
    void aFragmentWithoutAnythingStaysAsItIs() {
        assertThat(SdpCandidates.replaced(Sdp.parseFragment("a=ice-ufrag:x\r\n"), OURS))
                .hasToString("a=ice-ufrag:x\r\n");
        assertThat(SdpCandidates.removed(Sdp.parseFragment(""))).hasToString("");
    }

    @Test
    void ipv6IsNamedAsSuch() {
        Candidate six = Candidate.parse("1 1 udp 1 2001:db8::7 18000 typ host").orElseThrow();
        assertThat(SdpCandidates.replaced(
                        Sdp.parse("v=0\r\nc=IN IP4 10.0.0.9\r\nm=audio 7 RTP/AVP 0\r\n"), List.of(six)))
                .hasToString("v=0\r\nc=IN IP6 2001:db8::7\r\nm=audio 18000 RTP/AVP 0\r\na=candidate:" + six + "\r\n");
    }
}
