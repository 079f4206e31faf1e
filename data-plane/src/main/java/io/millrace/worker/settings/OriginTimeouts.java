package io.millrace.worker.settings;

import java.time.Duration;

/**
 * How long an origin may take, whatever the protocol.
 *
 * @param connect until it accepts a connection (MILLRACE_ORIGIN_CONNECT_TIMEOUT)
 * @param answer from there until it has answered (MILLRACE_ORIGIN_ANSWER_TIMEOUT)
 * @param hedgeAfter until another origin is dialled beside one that has not answered (MILLRACE_ORIGIN_HEDGE_AFTER)
 */
public record OriginTimeouts(Duration connect, Duration answer, Duration hedgeAfter) {

    public static OriginTimeouts read(SettingsReader reader) {
        Duration least = Duration.ofMillis(1);
        Duration most = Duration.ofDays(1);
        return new OriginTimeouts(
                reader.duration("millrace.origin.connect-timeout", Duration.ofSeconds(3), least, most),
                reader.duration("millrace.origin.answer-timeout", Duration.ofSeconds(5), least, most),
                reader.duration("millrace.origin.hedge-after", Duration.ofMillis(500), least, most));
    }
}
