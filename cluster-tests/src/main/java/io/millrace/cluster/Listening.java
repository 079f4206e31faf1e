package io.millrace.cluster;

import java.io.IOException;
import java.net.Socket;

/** Whether somebody accepts connections. */
final class Listening {

    private Listening() {}

    static boolean at(int port) {
        return at("127.0.0.1", port);
    }

    static boolean at(String host, int port) {
        try (Socket _ = new Socket(host, port)) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
