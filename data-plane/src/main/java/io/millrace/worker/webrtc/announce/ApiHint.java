package io.millrace.worker.webrtc.announce;

import io.millrace.worker.admin.ListenerBoard;
import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.webrtc.AnnouncedAddress;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Tells the player page, which comes over the media port, where the HTTP API is: {@code {"url":"","port":11985}}. */
public final class ApiHint implements HttpService {

    private static final String PATH = "/player/api.json";
    /** Before the files. */
    private static final int EARLY = 50;

    private static final String API_LISTENER = "api";

    private final Optional<String> apiUrl;
    private final ListenerBoard board;

    /** @param apiUrl that an operator has set */
    public ApiHint(Optional<String> apiUrl, ListenerBoard board) {
        this.apiUrl = apiUrl;
        this.board = board;
    }

    @Override
    public String word() {
        return "api-hint";
    }

    @Override
    public int order() {
        return EARLY;
    }

    @Override
    public boolean claims(Request request) {
        return request.path().equals(PATH);
    }

    @Override
    public void serve(Exchange exchange) {
        // What the setting allows in a URL needs no escape in JSON.
        String url = apiUrl.orElse("");
        int port = AnnouncedAddress.parse(board.allBound().getOrDefault(API_LISTENER, ""))
                .map(AnnouncedAddress::port)
                .orElse(0);
        if (port == 0 && url.isEmpty()) {
            exchange.refuse(HttpResponseStatus.NOT_FOUND, "The API is not available.");
            return;
        }
        exchange.answer(
                HttpResponseStatus.OK,
                new DefaultHttpHeaders()
                        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                        .set(HttpHeaderNames.CACHE_CONTROL, "no-store"),
                Unpooled.copiedBuffer("{\"url\":\"" + url + "\",\"port\":" + port + "}", StandardCharsets.UTF_8));
    }
}
