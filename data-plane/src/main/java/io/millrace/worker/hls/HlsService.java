package io.millrace.worker.hls;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.delivery.Delivery;
import jakarta.inject.Singleton;

/** Playlists, and the segments that belong to them. */
@Singleton
final class HlsService implements HttpService {

    private final HlsFormat format = new HlsFormat();
    private final Delivery delivery;

    HlsService(Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public boolean claims(Request request) {
        return delivery.claims(format, request);
    }

    @Override
    public void serve(Exchange exchange) {
        delivery.serve(format, exchange);
    }

    @Override
    public String word() {
        return "hls";
    }

    /** Before HTTP-TS, which takes every {@code .ts} that is no segment. */
    @Override
    public int order() {
        return 50;
    }
}
