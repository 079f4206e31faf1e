package io.millrace.model.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.address.Network;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BanTest {

    private static final StreamKey SHOW = StreamKey.parse("v.example/live/show");
    private static final Network HERE = Network.parse("192.0.2.7");

    private static Ban ban(@Nullable String network, String stream, @Nullable String subject, @Nullable Intent intent) {
        return new Ban("b-1", network == null ? null : Network.parse(network), "*", "live", stream, subject, intent);
    }

    @Test
    void appliesOnlyWhereAllThatItNamesDoes() {
        Ban ban = ban("192.0.2.0/24", "sh*", "alice", Intent.PLAY);
        assertThat(ban.appliesTo(HERE, SHOW, "alice", Intent.PLAY)).isTrue();
        assertThat(ban.appliesTo(Network.parse("192.0.3.7"), SHOW, "alice", Intent.PLAY))
                .isFalse();
        assertThat(ban.appliesTo(HERE, StreamKey.parse("v.example/live/other"), "alice", Intent.PLAY))
                .isFalse();
        assertThat(ban.appliesTo(HERE, SHOW, "bob", Intent.PLAY)).isFalse();
        assertThat(ban.appliesTo(HERE, SHOW, null, Intent.PLAY)).isFalse();
        assertThat(ban.appliesTo(HERE, SHOW, "alice", Intent.PUBLISH)).isFalse();
    }

    @Test
    void whatItDoesNotNameDoesNotMatter() {
        Ban ban = ban(null, "*", null, null);
        assertThat(ban.appliesTo(null, SHOW, null, Intent.PUBLISH)).isTrue();
        assertThat(ban.appliesTo(HERE, SHOW, "alice", Intent.PLAY)).isTrue();
    }

    @Test
    void oneOfANetworkDoesNotApplyToAnUnknownAddress() {
        assertThat(ban("0.0.0.0/0", "*", null, null).appliesTo(null, SHOW, null, Intent.PLAY))
                .isFalse();
    }

    @Test
    void isTheSameAfterTheWire() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Ban ban = ban("2001:db8::/33", "s?", null, Intent.PUBLISH);
        assertThat(json.readValue(json.writeValueAsString(ban), Ban.class)).isEqualTo(ban);
        assertThat(json.readTree(json.writeValueAsString(ban)).size()).isEqualTo(7);
    }
}
