package io.millrace.cluster.scale;

import io.millrace.cluster.plane.ControlPlane;
import java.nio.charset.StandardCharsets;

/** Requests to the internal API, as bytes. */
final class Requests {

    private Requests() {}

    static byte[] get(String path) {
        return bytes("GET", path, "");
    }

    static byte[] post(String path, String body) {
        return bytes("POST", path, body);
    }

    static byte[] put(String path, String body) {
        return bytes("PUT", path, body);
    }

    private static byte[] bytes(String method, String path, String body) {
        String content =
                body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
        return (method + " " + path + " HTTP/1.1\r\nHost: scale\r\nAccept: application/json\r\nAuthorization: Bearer "
                        + ControlPlane.TOKEN + "\r\n" + content + "\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
