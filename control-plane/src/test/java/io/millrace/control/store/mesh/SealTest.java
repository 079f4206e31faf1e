package io.millrace.control.store.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.settings.ClusterToken;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SealTest {

    private static final byte[] PLAIN = "..what is said..".getBytes(StandardCharsets.UTF_8);

    private static final String OLD = "old-0123456789abcdef-0123456789abcdef";
    private static final String NEW = "new-0123456789abcdef-0123456789abcdef";

    private final Seal seal = seal(OLD);

    private static Seal seal(String token) {
        return new Seal(ClusterToken.of(token).derive(Seal.LABEL), new SecureRandom());
    }

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
        assertThat(seal(NEW).open(sealed, 0, sealed.length)).isNull();
    }

    @Test
    void opensWhatEitherTokenClosedWhileItIsRotated() {
        byte[] old = seal.close(PLAIN, 0, PLAIN.length);
        byte[] rotated = seal(NEW).close(PLAIN, 0, PLAIN.length);
        for (Seal both : new Seal[] {seal(OLD + "," + NEW), seal(NEW + "," + OLD)}) {
            assertThat(both.open(old, 0, old.length)).isEqualTo(PLAIN);
            assertThat(both.open(rotated, 0, rotated.length)).isEqualTo(PLAIN);
        }
    }
}
