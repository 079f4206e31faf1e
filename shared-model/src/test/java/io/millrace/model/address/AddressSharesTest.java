package io.millrace.model.address;

import static io.millrace.model.address.AddressShares.Answer.NONE;
import static io.millrace.model.address.AddressShares.Answer.NONE_FOR_ADDRESS;
import static io.millrace.model.address.AddressShares.Answer.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressSharesTest {

    private static int takeAll(AddressShares shares, String address) {
        int taken = 0;
        while (shares.take(address) == TAKEN) {
            taken++;
        }
        return taken;
    }

    @ParameterizedTest
    @CsvSource({"50, 500", "25, 250", "1, 10", "99, 990", "100, 1000"})
    void oneAddressGetsItsShareAndNoMore(int percent, int expected) {
        AddressShares shares = new AddressShares(1_000, percent);

        assertThat(takeAll(shares, "192.0.2.1")).isEqualTo(expected);
        assertThat(shares.take("192.0.2.1")).isEqualTo(percent == 100 ? NONE : NONE_FOR_ADDRESS);
        assertThat(shares.take("192.0.2.2")).isEqualTo(percent == 100 ? NONE : TAKEN);
    }

    @Test
    void aFewAddressesTogetherLeavePlacesForTheNextOne() {
        AddressShares shares = new AddressShares(10_000, 50);
        for (int i = 0; i < 10; i++) {
            takeAll(shares, "192.0.2." + i);
        }

        assertThat(shares.taken()).isGreaterThan(9_000).isLessThan(10_000);
        assertThat(shares.take("198.51.100.1")).isEqualTo(TAKEN);
    }

    @Test
    void theFirstPlaceOfAllIsForAnybody() {
        AddressShares shares = new AddressShares(1, 50);

        assertThat(shares.take("192.0.2.1")).isEqualTo(TAKEN);
        assertThat(shares.take("192.0.2.2")).isEqualTo(NONE);
    }

    @Test
    void oneIpv6NetworkIsOneAddress() {
        AddressShares shares = new AddressShares(4, 50);
        assertThat(shares.take("2001:db8::1")).isEqualTo(TAKEN);
        assertThat(shares.take("2001:db8::2")).isEqualTo(TAKEN);

        assertThat(shares.take("2001:db8::3")).isEqualTo(NONE_FOR_ADDRESS);
        assertThat(shares.take("2001:db8:1::3")).isEqualTo(TAKEN);
    }

    @Test
    void thoseWithoutAnAddressAreBoundedTogetherWithAllOthers() {
        AddressShares shares = new AddressShares(10, 50);

        assertThat(takeAll(shares, AddressShares.UNKNOWN)).isEqualTo(10);
        assertThat(shares.take("192.0.2.1")).isEqualTo(NONE);
    }

    @Test
    void nothingIsLeftOfThoseWhoWent() {
        AddressShares shares = new AddressShares(10, 50);
        for (int round = 0; round < 3; round++) {
            assertThat(takeAll(shares, "192.0.2.1")).isEqualTo(5);
            for (int i = 0; i < 5; i++) {
                shares.release("192.0.2.1");
            }
        }

        assertThat(shares.taken()).isZero();
        assertThat(shares.addresses()).isZero();
    }
}
