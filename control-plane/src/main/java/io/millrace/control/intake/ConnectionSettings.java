package io.millrace.control.intake;

import io.millrace.control.settings.SettingText;
import java.time.Duration;

/**
 * Bounds of connections to the port of the REST API.
 *
 * @param inAll at most so many at once
 * @param ofOneAddress at most so many of one address, or of one IPv6 network of 64 bits
 * @param patience how long the head of a request may take, and how long a client may read nothing of its answer
 */
record ConnectionSettings(int inAll, int ofOneAddress, Duration patience) {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MOST = 1_000_000;

    static ConnectionSettings of(String inAll, String ofOneAddress) {
        return new ConnectionSettings(
                SettingText.number("millrace.connections.max", inAll, 16, MOST),
                SettingText.number("millrace.connections.max-per-address", ofOneAddress, 1, MOST),
                PATIENCE);
    }
}
