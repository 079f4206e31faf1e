package io.millrace.control.srs.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;

/**
 * What SRS posts.
 *
 * @param server which SRS it is
 * @param service which run of it
 * @param client how it names the client
 */
record Hook(String action, String server, String service, String client, String vhost, String app, String stream) {

    static final String PUBLISH = "on_publish";
    static final String UNPUBLISH = "on_unpublish";

    static Hook read(JsonBody body) {
        String action = body.text("action");
        boolean namesStream = action.equals(PUBLISH) || action.equals(UNPUBLISH);
        return new Hook(
                action,
                text(body, "server_id", true),
                text(body, "service_id", false),
                text(body, "client_id", namesStream),
                text(body, "vhost", namesStream),
                text(body, "app", namesStream),
                text(body, "stream", namesStream));
    }

    /** Whatever its length and characters: a client chose the names, and its origin is not to blame for them. */
    private static String text(JsonBody body, String field, boolean needed) {
        JsonNode node = body.at(field);
        if (node.isTextual()) {
            return node.textValue();
        }
        if (!needed && (node.isMissingNode() || node.isNull())) {
            return "";
        }
        throw new InvalidFieldException(field, field + (node.isMissingNode() ? " is missing" : " is no text"));
    }
}
