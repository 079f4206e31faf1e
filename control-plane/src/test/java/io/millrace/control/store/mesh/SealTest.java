package io.millrace.control.store.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SealTest {

    private static final byte[] PLAIN = "..what is said..".getBytes(StandardCharsets.UTF_8);

    private final Seal seal = new Seal(new byte[32], new SecureRandom());

    @Test
    void opensWhatItClosed() {
        byte[] sealed = seal.close(PLAIN, 2, 12);
        assertThat(seal.open(sealed, 0, sealed.length)).asString().isEqualTo("what is said");
        assertThat(seal.close(PLAIN, 2, 12)).isNotEqualTo(sealed);
    }

    @Test
    void opensNothingThatWasChangedOrCutOrClosedByOthers() {
        byte[] sealed = seal.close(PLAIN, 0, PLAIN.length);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(seal.open(changed, 0, changed.length)).isNull();
            assertThat(seal.open(sealed, 0, i)).isNull();
        }
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThat(new Seal(otherKey, new SecureRandom()).open(sealed, 0, sealed.length))
                .isNull();
    }
}
