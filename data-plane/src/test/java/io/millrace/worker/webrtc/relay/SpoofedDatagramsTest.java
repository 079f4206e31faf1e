package io.millrace.worker.webrtc.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.webrtc.codec.TestStun;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpoofedDatagramsTest {

    private static final int STRANGERS = 250;
    private static final int ROUNDS = 400;

    private final Random random = new Random(1);

    @Test
    void aHundredThousandSpoofedDatagramsChangeNothing() {
        try (RelayBed bed = new RelayBed()) {
            bed.relay.expect(bed.route(RelayBed.UFRAG));
            bed.rtc.echo();
            List<TestPeer> strangers = new ArrayList<>();
            try (TestPeer client = bed.acceptedClient(RelayBed.UFRAG, 1)) {
                for (int i = 0; i < STRANGERS; i++) {
                    strangers.add(bed.client());
                }
                for (int round = 0; round < ROUNDS; round++) {
                    int kind = round % 6;
                    strangers.forEach(stranger -> stranger.send(datagram(kind)));
                    client.send(RelayBed.media(round));
                    assertThat(client.receive()).isEqualTo(RelayBed.media(round));
                }
                assertThat(bed.addresses()).isEqualTo(1);
                assertThat(bed.relay.sessions()).hasSize(1);
                assertThat(bed.sessions.size()).isEqualTo(1);
                assertThat(bed.book.asked).as("the clock stands still").hasSizeLessThanOrEqualTo(200);
                assertThat(bed.relay.remembered()).isLessThanOrEqualTo(201);
                assertThat(bed.metrics.drops(Drop.LOOKUP_LIMIT)).isPositive();
                assertThat(bed.metrics.drops(Drop.NOT_WEBRTC)).isPositive();
                assertThat(bed.metrics.drops(Drop.MALFORMED_STUN)).isPositive();
                assertThat(bed.metrics.drops(Drop.UNKNOWN_ADDRESS)).isPositive();
                assertThat(bed.rtc.peers).hasSize(1);
                strangers.forEach(stranger -> assertThat(stranger.hearsNothingFor(1))
                        .as("no answer to a stranger")
                        .isTrue());
            } finally {
                strangers.forEach(TestPeer::close);
            }
        }
    }

    private byte[] datagram(int kind) {
        return switch (kind) {
            case 0 -> RelayBed.media(random.nextInt());
            case 1 -> TestStun.check(random.nextLong(), "ufrag" + random.nextInt(), "client");
            case 2 -> {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                yield noise;
            }
            case 3 -> {
                byte[] cut = TestStun.check(random.nextLong(), "ufrag", "client");
                cut[3]++;
                yield cut;
            }
            case 4 -> TestStun.of(TestStun.SUCCESS, random.nextLong()).bytes();
            default -> new byte[] {22, 1, 2, 3};
        };
    }
}
