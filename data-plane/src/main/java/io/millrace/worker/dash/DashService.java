package io.millrace.worker.dash;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.http.Request;
import io.millrace.worker.http.delivery.Delivery;
import jakarta.inject.Singleton;

/** Manifests, and the segments that belong to them. */
@Singleton
final class DashService implements HttpService {

    private final DashFormat format = new DashFormat();
    private final Delivery delivery;

    DashService(Delivery delivery) {
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
        return "dash";
    }

    /** Before HLS, which takes the pieces of which nothing is known. */
    @Override
    public int order() {
        return 40;
    }
}
