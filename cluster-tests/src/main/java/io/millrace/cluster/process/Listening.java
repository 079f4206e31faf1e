package io.millrace.cluster.process;

import java.io.IOException;
import java.net.Socket;

/** Whether somebody accepts connections. */
public final class Listening {

    private Listening() {}

    public static boolean at(int port) {
        return at("127.0.0.1", port);
    }

    public static boolean at(String host, int port) {
        try (Socket _ = new Socket(host, port)) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
