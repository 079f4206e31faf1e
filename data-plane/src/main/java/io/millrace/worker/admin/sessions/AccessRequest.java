package io.millrace.worker.admin.sessions;

import io.millrace.model.Intent;
import io.millrace.model.Protocol;
import io.millrace.model.StreamKey;
import io.millrace.model.address.AddressText;

/**
 * A client has named a stream and wants to publish or play it.
 *
 * @param clientAddress {@code host:port}
 */
public record AccessRequest(
        Protocol protocol, Intent intent, StreamKey stream, String clientAddress, Credentials credentials) {

    /** Without the port. */
    public String clientHost() {
        return AddressText.host(clientAddress);
    }
}
