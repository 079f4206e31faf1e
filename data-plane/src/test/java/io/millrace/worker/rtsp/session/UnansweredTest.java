package io.millrace.worker.rtsp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.rtsp.codec.RtspHeaders;
import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnansweredTest {

    private final Unanswered<String> unanswered = new Unanswered<>();

    private static RtspRequest request(String cseq) {
        return new RtspRequest("OPTIONS", "*", RtspHeaders.NONE.plus("CSeq", cseq), "");
    }

    private static RtspResponse answer(int status, String cseq) {
        RtspHeaders headers = cseq.isEmpty() ? RtspHeaders.NONE : RtspHeaders.NONE.plus("CSeq", cseq);
        return new RtspResponse(status, "", headers, "");
    }

    private Optional<String> noteOf(RtspResponse answer) {
        return unanswered.answered(answer).flatMap(Unanswered.Answered::note);
    }

    @Test
    void findsTheRequestByItsNumberAndTheOldestWithoutOne() {
        unanswered.asked(request("1"), Optional.of("first"), 0);
        unanswered.asked(request("2"), Optional.of("second"), 0);
        unanswered.asked(request("3"), Optional.of("third"), 0);
        assertThat(noteOf(answer(200, "2"))).contains("second");
        assertThat(noteOf(answer(200, ""))).contains("first");
        assertThat(noteOf(answer(200, "2"))).isEmpty();
        assertThat(noteOf(answer(200, "3"))).contains("third");
        assertThat(noteOf(answer(200, ""))).isEmpty();
    }

    @Test
    void aProvisionalAnswerIsNotTheAnswer() {
        unanswered.asked(request("1"), Optional.of("first"), 0);
        assertThat(noteOf(answer(100, "1"))).contains("first");
        assertThat(noteOf(answer(200, "1"))).contains("first");
        assertThat(noteOf(answer(200, "1"))).isEmpty();
    }

    @Test
    void ourAnswersWaitForThoseTheOriginOwes() {
        unanswered.asked(request("1"), Optional.empty(), 0);
        unanswered.ours(request("2"), answer(461, "2"), 0);
        unanswered.ours(request("3"), answer(455, "3"), 0);
        assertThat(unanswered.due()).isEmpty();
        assertThat(unanswered.answered(answer(200, ""))).isPresent();
        assertThat(unanswered.due()).containsExactly(answer(461, "2"), answer(455, "3"));
        assertThat(unanswered.due()).isEmpty();
    }

    @Test
    void isBoundedAndKnowsHowLongAnAnswerIsOwed() {
        assertThat(unanswered.oldestNanos(100)).isZero();
        for (int i = 0; i < Unanswered.MAX; i++) {
            assertThat(unanswered.isFull()).isFalse();
            unanswered.asked(request("1"), Optional.empty(), 40);
        }
        assertThat(unanswered.isFull()).isTrue();
        assertThat(unanswered.oldestNanos(100)).isEqualTo(60);
    }
}
