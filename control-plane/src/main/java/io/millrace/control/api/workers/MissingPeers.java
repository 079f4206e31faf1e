package io.millrace.control.api.workers;

import io.millrace.control.peers.PeerClient.Silent;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;

/** Names the control planes whose part of an answer is missing. */
final class MissingPeers {

    static final String HEADER = "Millrace-Missing";

    private MissingPeers() {}

    /** Adds the header where something is missing. */
    static <T> RestResponse<T> named(T answer, List<Silent> silent) {
        RestResponse.ResponseBuilder<T> response = RestResponse.ResponseBuilder.ok(answer);
        if (!silent.isEmpty()) {
            response.header(
                    HEADER,
                    silent.stream()
                            .map(one -> one.peer().run() + " (" + one.why() + ")")
                            .collect(Collectors.joining(", ")));
        }
        return response.build();
    }
}
