package io.millrace.worker.rtsp.session;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Session header of an answer (RFC 2326, section 12.37).
 *
 * @param timeout after which the origin forgets a session that is not kept alive; empty where it did not say
 */
public record RtspSessionId(String id, Optional<Duration> timeout) {

    private static final Pattern TIMEOUT = Pattern.compile("timeout\\s*=\\s*([0-9]{1,6})", Pattern.CASE_INSENSITIVE);

    public static RtspSessionId parse(String header) {
        int semicolon = header.indexOf(';');
        Matcher timeout = TIMEOUT.matcher(header);
        return new RtspSessionId(
                (semicolon < 0 ? header : header.substring(0, semicolon)).strip(),
                timeout.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(timeout.group(1)))) : Optional.empty());
    }
}
