package io.millrace.worker.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Intent;
import io.millrace.model.Origin;
import io.millrace.model.settings.ClusterToken;
import io.millrace.worker.routing.resolve.TestRouter;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class RouteUfragsTest {

    private final TestRouter known = new TestRouter(1, 2, 3);
    private final Origin second = known.origins.get(1);
    private final RouteUfrags ufrags = with("secret");

    private RouteUfrags with(String token) {
        return new RouteUfrags(
                ClusterToken.of(token + "-0123456789abcdef-0123456789"), known.table(), new SecureRandom());
    }

    @Test
    void anotherWorkerReadsWhereItLeads() {
        String ufrag = ufrags.write(second.id(), Intent.PUBLISH);
        assertThat(with("secret").read(ufrag)).contains(new RouteUfrags.Lead(second, Intent.PUBLISH));
        assertThat(ufrags.read(ufrags.write(second.id(), Intent.PLAY)))
                .contains(new RouteUfrags.Lead(second, Intent.PLAY));
    }

    @Test
    void fitsWhatSrsTakesAndNeedsNoEscape() {
        assertThat(ufrags.write(second.id(), Intent.PLAY)).matches("[A-Z2-7]{32}");
    }

    @Test
    void isNewEachTime() {
        assertThat(ufrags.write(second.id(), Intent.PLAY)).isNotEqualTo(ufrags.write(second.id(), Intent.PLAY));
    }

    @Test
    void oneChangedCharacterAnywhereMakesItAStrangers() {
        String ufrag = ufrags.write(second.id(), Intent.PLAY);
        for (int i = 0; i < ufrag.length(); i++) {
            char other = ufrag.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(ufrags.read(ufrag.substring(0, i) + other + ufrag.substring(i + 1)))
                    .as("character %d", i)
                    .isEmpty();
        }
    }

    @Test
    void othersAreNotOurs() {
        assertThat(ufrags.read("")).isEmpty();
        assertThat(ufrags.read("8hhY")).isEmpty();
        assertThat(ufrags.read("a".repeat(RouteUfrags.LENGTH))).isEmpty();
        assertThat(with("other").read(ufrags.write(second.id(), Intent.PLAY))).isEmpty();
    }

    @Test
    void leadsNowhereOnceItsOriginIsGone() {
        String ufrag = ufrags.write(second.id(), Intent.PLAY);
        known.origins.remove(second);
        known.publishTable();
        assertThat(ufrags.read(ufrag)).isEmpty();
    }
}
