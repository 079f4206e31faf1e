package io.millrace.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The process of a {@link PublishOrigin}: takes publishers of RTSP, WHIP or SRT as far as their first answer, and says on its output what
 * it was asked. Protocol and port are its arguments. Ends with its input.
 */
final class PublishOriginProcess {

    /** To be found again in what {@link PublishOrigin} reads. */
    static final String PUBLISH = "publish ";

    static final String LISTENS = "listens";

    private static final String ANSWER = """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.1\r
            s=-\r
            t=0 0\r
            m=video 9 UDP/TLS/RTP/SAVPF 96\r
            c=IN IP4 127.0.0.1\r
            a=mid:0\r
            a=ice-ufrag:origin\r
            a=ice-pwd:0123456789abcdefghijkl\r
            a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host\r
            """;

    private PublishOriginProcess() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[1]);
        InetAddress host = InetAddress.getLoopbackAddress();
        switch (PublishOrigin.Protocol.valueOf(arguments[0])) {
            case RTSP -> rtsp(new ServerSocket(port, 50, host));
            case WHIP -> whip(HttpServer.create(new InetSocketAddress(host, port), 50));
            case SRT -> srt(new DatagramSocket(port, host));
        }
        say(LISTENS);
        while (System.in.read() >= 0) {
            // Until whoever started us is gone.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void rtsp(ServerSocket server) {
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try {
                    Socket client = server.accept();
                    Thread.ofVirtual().start(() -> serveRtsp(client));
                } catch (IOException gone) {
                    return;
                }
            }
        });
    }

    private static void serveRtsp(Socket client) {
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1))) {
            String request = "";
            String cseq = "";
            int length = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (request.isEmpty()) {
                    request = line;
                } else if (line.startsWith("CSeq:")) {
                    cseq = line;
                } else if (line.startsWith("Content-Length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                } else if (line.isEmpty()) {
                    for (int read = 0; read < length; read++) {
                        if (in.read() < 0) {
                            return;
                        }
                    }
                    if (request.startsWith("ANNOUNCE ")) {
                        String path = request.split(" ", -1)[1];
                        say(PUBLISH + path.substring(path.lastIndexOf('/') + 1));
                    }
                    client.getOutputStream()
                            .write(("RTSP/1.0 200 OK\r\n" + cseq + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    request = "";
                    length = 0;
                }
            }
        } catch (IOException gone) {
            // The worker closed it.
        }
    }

    private static void whip(HttpServer server) {
        server.createContext("/", PublishOriginProcess::serveWhip);
        server.start();
    }

    private static void serveWhip(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            exchange.getRequestBody().readAllBytes();
            String query = exchange.getRequestURI().getRawQuery();
            String stream = query.replaceFirst(".*stream=", "").replaceFirst("&.*", "");
            say(PUBLISH + stream);
            byte[] answer = ANSWER.getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().set("Content-Type", "application/sdp");
            exchange.getResponseHeaders().set("Location", "/session/" + stream);
            exchange.sendResponseHeaders(201, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        }
    }

    private static void srt(DatagramSocket socket) {
        Thread.ofPlatform().daemon().start(() -> {
            byte[] bytes = new byte[2_048];
            while (true) {
                try {
                    DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                    socket.receive(packet);
                    ByteBuffer handshake = ByteBuffer.wrap(bytes, 0, packet.getLength());
                    if (SrtWords.isHandshake(handshake)) {
                        if (SrtWords.isConclusion(handshake)) {
                            say(PUBLISH + SrtWords.streamOf(handshake));
                        }
                        SrtWords.answer(handshake);
                        socket.send(packet);
                    }
                } catch (IOException gone) {
                    return;
                }
            }
        });
    }
}
