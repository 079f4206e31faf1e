package io.millrace.worker.http.delivery;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;

/** Playlists of one format, and the segments that belong to them. */
public final class DeliveryService implements HttpService {

    private final Delivery delivery;
    private final Format format;
    private final int order;

    public DeliveryService(Delivery delivery, Format format, int order) {
        this.delivery = delivery;
        this.format = format;
        this.order = order;
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
        return format.protocol().word();
    }

    @Override
    public int order() {
        return order;
    }
}
