package io.millrace.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Chromium with its fake camera and microphone, on a page of the tests that holds any number of publishers and viewers. The page
 * comes from an address of its own, so that every call to a worker or an origin crosses origins.
 */
final class WebRtcBrowser implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PAGE = "/peers.html";

    private final FileOrigin pages = new FileOrigin();
    private final Browser browser;

    /** @param profile does not exist yet */
    WebRtcBrowser(Path profile) throws IOException {
        try (InputStream page = WebRtcBrowser.class.getResourceAsStream("/webrtc/peers.html")) {
            if (page == null) {
                throw new IOException("the page of the peers is missing");
            }
            pages.put(PAGE, "text/html", new String(page.readAllBytes(), StandardCharsets.UTF_8));
        }
        browser = new Browser(
                profile,
                "--use-fake-device-for-media-stream=fps=15",
                "--use-fake-ui-for-media-stream",
                // Else a page without a camera offers names that only multicast DNS knows ...
                "--disable-features=WebRtcHideLocalIpsWithMdns",
                // ... and no page offers the only interface that a closed-off machine has.
                "--allow-loopback-in-peer-connection");
        browser.open("http://127.0.0.1:" + pages.port() + PAGE);
    }

    /** One publisher or viewer of the page. */
    final class Peer implements AutoCloseable {

        private final String name;
        private final String counter;
        private final int status;
        private boolean left;

        private Peer(String name, String counter, int status) {
            this.name = name;
            this.counter = counter;
            this.status = status;
        }

        /** What the POST was answered. */
        int status() {
            return status;
        }

        /** Video frames that it encoded as a publisher, decoded as a viewer. */
        long frames() {
            return Long.parseLong(browser.call(counter, name));
        }

        /** Packets of sound that reached a viewer. */
        long heard() {
            return Long.parseLong(browser.call("heard", name));
        }

        /** Like {@code udp 127.0.0.1:4000}: what its media is sent to; empty before it is connected. */
        String way() {
            return browser.call("way", name);
        }

        String answer() {
            return text("answer");
        }

        String location() {
            return text("location");
        }

        String link() {
            return text("link");
        }

        /** The address that answered in the end. */
        String answeredBy() {
            return text("answeredBy");
        }

        private String text(String field) {
            return browser.ask("peers.get('" + name + "')." + field);
        }

        List<String> candidates() {
            List<String> found = new ArrayList<>();
            answer().lines().filter(line -> line.startsWith("a=candidate:")).forEach(found::add);
            return found;
        }

        /** Waits for so many frames beyond those that came before. */
        void awaitMoreFrames(int more) {
            if (status != 201) {
                throw new IllegalStateException(name + " was refused: " + status + " " + answer());
            }
            long wanted = frames() + more;
            until(SOON, more + " more frames of " + name, () -> frames() >= wanted);
        }

        /** Waits until its media goes this way, which may not be the first that the browser tries. */
        void awaitWay(String wanted) {
            until(SOON, "the media goes to " + wanted, () -> way().equals(wanted));
        }

        /** Waits until its connection is over in the eyes of the browser. */
        void awaitEnd(Duration limit) {
            until(
                    limit,
                    name + " sees its end",
                    () -> List.of("disconnected", "failed", "closed").contains(text("connection.connectionState")));
        }

        private void until(Duration limit, String what, BooleanSupplier condition) {
            Await.until(
                    limit,
                    what,
                    condition,
                    () -> "states: " + text("states") + ", frames: " + frames() + ", way: " + way() + "\nanswer: "
                            + answer() + "\nbrowser says: " + String.join("\n", browser.complaints()));
        }

        /** DELETE on its Location; returns the status. */
        int end() {
            return end(location());
        }

        /** DELETE on this address in place of its Location. */
        int end(String url) {
            left = true;
            return Integer.parseInt(browser.call("end", name, url));
        }

        /** Goes without a word of HTTP. */
        @Override
        public void close() {
            if (!left) {
                left = true;
                browser.call("leave", name);
            }
        }
    }

    private int count;

    Peer publish(String url) {
        return publish(url, Map.of());
    }

    /** @param options as the page takes them */
    Peer publish(String url, Map<String, ?> options) {
        return open("publish", "encoded", url, options);
    }

    Peer play(String url) {
        return play(url, Map.of());
    }

    Peer play(String url, Map<String, ?> options) {
        return open("play", "decoded", url, options);
    }

    private Peer open(String function, String counter, String url, Map<String, ?> options) {
        String name = function + count++;
        return new Peer(name, counter, Integer.parseInt(browser.call(function, name, url, options)));
    }

    List<String> complaints() {
        return browser.complaints();
    }

    @Override
    public void close() {
        browser.close();
        pages.close();
    }
}
