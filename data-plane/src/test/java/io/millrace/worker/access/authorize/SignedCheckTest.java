package io.millrace.worker.access.authorize;

import static io.millrace.worker.access.authorize.Clients.CAM;
import static io.millrace.worker.access.authorize.Clients.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.access.AccessKey;
import io.millrace.model.access.UrlPermit;
import io.millrace.worker.admin.sessions.Credentials;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedCheckTest {

    private static final AccessKey OLD = new AccessKey("old", "an-old-secret-0123456789abcdef-0123");
    private static final AccessKey NEW = new AccessKey("new", "a-new-secret-0123456789abcdef-01234");
    private static final long LATER = NOW.getEpochSecond() + 60;

    private Instant now = NOW;
    private final SignedCheck check = new SignedCheck(List.of(OLD, NEW), () -> now);

    private static UrlPermit permit(String address, String subject) {
        return new UrlPermit(Intent.PLAY, CAM, LATER, address, subject);
    }

    private String outcome(Intent intent, String query) {
        return Clients.outcome(check.decide(Clients.withQuery(intent, query)).join());
    }

    @Test
    void eitherKeyIsGood() {
        assertThat(outcome(Intent.PLAY, permit("", "").query(OLD))).isEqualTo("allowed null");
        assertThat(outcome(Intent.PLAY, "x=1&" + permit("", "ann").query(NEW))).isEqualTo("allowed ann");
    }

    @Test
    void isForItsStreamIntentAndAddressOnly() {
        String query = permit(Clients.ADDRESS, "").query(NEW);
        assertThat(outcome(Intent.PLAY, query)).isEqualTo("allowed null");
        assertThat(outcome(Intent.PUBLISH, query)).isEqualTo("wrong signature");
        assertThat(Clients.outcome(check.decide(Clients.asking(
                                Intent.PLAY, StreamKey.parse("__defaultVhost__/live/cam2"), Credentials.ofQuery(query)))
                        .join()))
                .isEqualTo("wrong signature");
        assertThat(outcome(Intent.PLAY, permit("192.0.2.8", "").query(NEW)))
                .isEqualTo("the signed URL is for another address");
    }

    @Test
    void endsWhenItSaysSoHoweverOftenItIsShown() {
        String query = permit("", "").query(NEW);
        now = Instant.ofEpochSecond(LATER - 1);
        assertThat(outcome(Intent.PLAY, query)).isEqualTo("allowed null");
        assertThat(outcome(Intent.PLAY, query)).isEqualTo("allowed null");
        now = Instant.ofEpochSecond(LATER);
        assertThat(outcome(Intent.PLAY, query)).isEqualTo("the signed URL has expired");
    }

    @Test
    void nothingThatWasSignedCanBeChanged() {
        String query = permit("", "ann").query(NEW);
        assertThat(outcome(Intent.PLAY, query.replace("subject=ann", "subject=bob")))
                .isEqualTo("wrong signature");
        assertThat(outcome(Intent.PLAY, query.replace("expires=" + LATER, "expires=" + (LATER + 1))))
                .isEqualTo("wrong signature");
        assertThat(outcome(Intent.PLAY, query.replace("subject=ann&", ""))).isEqualTo("wrong signature");
        assertThat(outcome(Intent.PLAY, query + "&address=192.0.2.9")).isEqualTo("wrong signature");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "expires=1",
                "signature=%zz",
                "signature=00&expires=x",
                "signature=00&expires=-1",
                "signature=00&expires=99999999999999999999",
                "signature=&expires=1&subject=%0a",
                "signature=00&signature=00&expires=1"
            })
    void whatIsNoSignedUrlIsRefused(String query) {
        assertThat(outcome(Intent.PLAY, query))
                .isIn("no signature", "wrong signature", "a signed URL that makes no sense");
    }

    @Test
    void aLongTextIsRefused() {
        assertThat(outcome(Intent.PLAY, "signature=00&expires=1&subject=" + "a".repeat(64 << 10)))
                .isEqualTo("a signed URL that makes no sense");
        assertThat(outcome(Intent.PLAY, "signature=" + "a".repeat(64 << 10) + "&expires=1"))
                .isEqualTo("wrong signature");
    }
}
