package io.millrace.control.srs.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.peers.PeerClient.Silent;
import java.util.List;

/** What every answer begins with, as SRS's do, and what its refusals look like. */
final class Envelope {

    static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** ERROR_HTTP_HANDLER_MATCH_URL. */
    static final int NO_SUCH_API = 3010;

    static final int VHOST_NOT_FOUND = 2014;
    static final int STREAM_NOT_FOUND = 2048;
    static final int CLIENT_NOT_FOUND = 2049;

    static final String SERVER = "millrace";
    static final String MISSING = "missing";

    private final String service;
    private final String pid;
    private final String version;

    /** @param version of this software */
    Envelope(String service, long pid, String version) {
        this.service = service;
        this.pid = Long.toString(pid);
        this.version = version;
    }

    /** An answer with its HTTP status. */
    record Answer(int status, ObjectNode json) {

        private static final String TRUNCATED = "truncated";

        /** Says that there is more than this holds. */
        Answer truncate() {
            json.put(TRUNCATED, true);
            return this;
        }

        boolean isTruncated() {
            return json.path(TRUNCATED).asBoolean();
        }
    }

    String version() {
        return version;
    }

    ObjectNode open() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", 0)
                .put("server", SERVER)
                .put("service", service)
                .put("pid", pid);
    }

    static Answer close(ObjectNode json, List<Gather.Missing> missing) {
        return close(json, missing, List.of());
    }

    /** Names the origins and control planes of which something is missing; without any, SRS's own answer and this one look the same. */
    static Answer close(ObjectNode json, List<Gather.Missing> missing, List<Silent> silent) {
        if (!missing.isEmpty() || !silent.isEmpty()) {
            ArrayNode list = json.putArray(MISSING);
            missing.forEach(one -> list.addObject()
                    .put("origin", one.origin().id().value())
                    .put("name", one.origin().displayName())
                    .put("why", one.why()));
            silent.forEach(one -> list.addObject()
                    .put("control_plane", one.peer().run())
                    .put("name", one.peer().name())
                    .put("why", one.why()));
        }
        return new Answer(OK, json);
    }

    /** SRS says what is wrong with a code under HTTP 200. */
    static Answer code(int code) {
        return new Answer(OK, JsonNodeFactory.instance.objectNode().put("code", code));
    }

    /** A client that tries out what there is must not take silence for success. */
    static Answer noSuchApi() {
        return new Answer(NOT_FOUND, code(NO_SUCH_API).json());
    }

    /** What SRS never has to say. */
    static Answer failed(int status, List<Gather.Missing> missing) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("code", status);
        return new Answer(status, close(json, missing).json());
    }
}
