package io.millrace.worker.rtsp.session;

import io.millrace.worker.rtsp.codec.RtspRequest;
import io.millrace.worker.rtsp.codec.RtspResponse;
import io.millrace.worker.rtsp.codec.RtspUrl;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An origin's answer as its client sees it: absolute addresses in it lead where the client asked. Requests keep the client's
 * addresses on their way to the origin, since Digest authentication signs them, and origins look at the path alone.
 */
public final class ClientView {

    private static final String ROOT = "(?:rtsp|rtspu|rtsps)://[^/?#;,\"\\s]+";
    private static final Pattern URL = Pattern.compile("^" + ROOT, Pattern.CASE_INSENSITIVE);
    private static final Pattern URL_IN_RTP_INFO = Pattern.compile("(?<=url=|url=\")" + ROOT, Pattern.CASE_INSENSITIVE);
    private static final Pattern CONTROL =
            Pattern.compile("^(a=control:)" + ROOT, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private ClientView() {}

    /** @param asked the request that it answers */
    public static RtspResponse of(RtspResponse answer, RtspRequest asked) {
        Optional<String> root = RtspUrl.parse(asked.uri()).map(RtspUrl::root);
        return root.map(clients -> withRoot(answer, Matcher.quoteReplacement(clients)))
                .orElse(answer);
    }

    private static RtspResponse withRoot(RtspResponse answer, String root) {
        RtspResponse seen = answer.withHeaders(answer.headers()
                .changed("Content-Base", url -> URL.matcher(url).replaceFirst(root))
                .changed("Content-Location", url -> URL.matcher(url).replaceFirst(root))
                .changed("RTP-Info", info -> URL_IN_RTP_INFO.matcher(info).replaceAll(root)));
        boolean sdp = answer.headers()
                .first("Content-Type")
                .map(type -> type.toLowerCase(Locale.ROOT))
                .filter(type -> type.startsWith("application/sdp"))
                .isPresent();
        if (!sdp) {
            return seen;
        }
        String body = CONTROL.matcher(answer.body()).replaceAll("$1" + root);
        return body.equals(answer.body()) ? seen : seen.withBody(body);
    }
}
