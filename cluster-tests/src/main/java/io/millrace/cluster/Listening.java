package io.millrace.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Whether somebody accepts connections on a loopback port. */
final class Listening {

    private Listening() {}

    static boolean at(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
