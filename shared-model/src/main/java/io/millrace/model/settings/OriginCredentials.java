package io.millrace.model.settings;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What origins' own HTTP APIs want to see, where they are protected (SRS: {@code http_api.auth}). It goes to the API endpoint of a
 * registered origin and nowhere else, and stays out of {@link #toString()} and of every message.
 */
public final class OriginCredentials {

    public static final OriginCredentials NONE = new OriginCredentials(Optional.empty(), Map.of());
    public static final String ALLOWED = "basic:user:password or bearer:token, in printable ASCII";

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_TEXT = 2_048;
    private static final String BASIC = "basic:";
    private static final String BEARER = "bearer:";
    private static final String ANY = "*";

    private final Optional<String> forAll;
    private final Map<String, String> byOrigin;

    private OriginCredentials(Optional<String> forAll, Map<String, String> byOrigin) {
        this.forAll = forAll;
        this.byOrigin = Map.copyOf(byOrigin);
    }

    /**
     * The same for all origins.
     *
     * @throws IllegalArgumentException when it is not as {@link #ALLOWED} describes
     */
    public static OriginCredentials of(Optional<String> text) {
        return new OriginCredentials(text.map(OriginCredentials::header), Map.of());
    }

    /**
     * Those of a file too, whose lines win: {@code WHO basic:user:password}, where WHO is a server id, the host of an API endpoint,
     * or {@code *} for all others. Empty lines and those that begin with {@code #} are passed over.
     *
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException with the number of the first line that is wrong
     */
    public OriginCredentials withFile(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return this;
        }
        if (Files.size(file.get()) > MAX_BYTES) {
            throw new IOException("it is longer than " + MAX_BYTES + " bytes");
        }
        Map<String, String> lines = new HashMap<>(byOrigin);
        int number = 0;
        for (String line : Files.readAllLines(file.get(), StandardCharsets.UTF_8)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String[] parts = text.split("\\s+", 2);
            try {
                if (parts.length != 2 || lines.put(parts[0], header(parts[1])) != null) {
                    throw new IllegalArgumentException();
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number, e);
            }
        }
        Optional<String> others = Optional.ofNullable(lines.remove(ANY));
        return new OriginCredentials(others.or(() -> forAll), lines);
    }

    /** What to tell an operator of a failure of {@link #withFile}; without anything of its content. */
    public static String mistake(Exception failure) {
        String where = failure instanceof IllegalArgumentException && failure.getCause() != null
                ? failure.getMessage() + " is wrong, or names an origin twice"
                : "it cannot be read (" + failure + ")";
        return where + "; allowed is a file of lines with a server id, an address or *, a space, and " + ALLOWED;
    }

    /** The value of the Authorization header for a request to this endpoint of the origin; only its API gets one. */
    public Optional<String> authorization(Origin origin, Endpoint endpoint) {
        if (!origin.endpoints().getOrDefault(Listener.API, java.util.List.of()).contains(endpoint)) {
            return Optional.empty();
        }
        return Optional.ofNullable(byOrigin.get(origin.server()))
                .or(() -> Optional.ofNullable(byOrigin.get(endpoint.host())))
                .or(() -> forAll);
    }

    private static String header(String text) {
        boolean plain = text.length() <= MAX_TEXT && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (plain && text.startsWith(BASIC) && text.indexOf(':', BASIC.length()) > BASIC.length()) {
            byte[] pair = text.substring(BASIC.length()).getBytes(StandardCharsets.US_ASCII);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }
        if (plain && text.startsWith(BEARER) && text.length() > BEARER.length() && text.indexOf(' ') < 0) {
            return "Bearer " + text.substring(BEARER.length());
        }
        throw new IllegalArgumentException("allowed is " + ALLOWED);
    }

    @Override
    public String toString() {
        return "credentials for " + (forAll.isPresent() ? "all origins" : byOrigin.size() + " origins");
    }
}
