package io.millrace.control.srs.sender;

import io.millrace.control.registry.registration.RegistrationSettings;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.start.CannotStartException;
import io.millrace.model.digest.Sha256;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The bearer tokens of registrations, by the variables of SRS's proxy: one in the environment, and for a rotation more of them in a file that is read
 * again while the process runs. Any thread.
 */
final class RegistrationTokens {

    static final String PREFIX = "proxy.http.api.auth";

    /** More would be a list of origins, which have credentials of their own. */
    static final int MAX_TOKENS = 100;

    private static final int MAX_FILE = 64 * 1024;

    private static final Logger LOG = Logger.getLogger(RegistrationTokens.class);

    private static final String ENABLED = InvalidSettingException.variable(PREFIX + ".enabled");
    private static final String TYPE = InvalidSettingException.variable(PREFIX + ".type");
    private static final String TOKEN = InvalidSettingException.variable(PREFIX + ".token");
    private static final String FILE = InvalidSettingException.variable(RegistrationSettings.TOKENS_FILE);

    private final boolean required;
    private final Optional<String> token;
    private final Optional<Path> file;

    private volatile List<byte[]> digests;
    private boolean fileIsWrong;

    /** The variables as text. */
    @ConfigMapping(prefix = PREFIX)
    public interface OfSrsProxy {
        @WithDefault("off")
        String enabled();

        Optional<String> type();

        Optional<String> token();
    }

    private RegistrationTokens(boolean required, Optional<String> token, Optional<Path> file, List<byte[]> digests) {
        this.required = required;
        this.token = token;
        this.file = file;
        this.digests = digests;
    }

    /** @throws CannotStartException in the words of SRS's proxy */
    static RegistrationTokens of(OfSrsProxy text, Optional<String> file) {
        boolean required = switch (text.enabled()) {
            case "on" -> true;
            case "off" -> false;
            // SRS's proxy takes anything but "on" for off, and is open without a word.
            default -> throw new InvalidSettingException(PREFIX + ".enabled", text.enabled(), "on or off");
        };
        if (!required) {
            if (file.isPresent()) {
                throw new CannotStartException(FILE + " is set, and " + ENABLED + " is off; set it to on");
            }
            if (text.token().isPresent()) {
                LOG.warnf("registrations need no token reason=\"%s is set, and %s is off\"", TOKEN, ENABLED);
            }
            return new RegistrationTokens(false, Optional.empty(), Optional.empty(), List.of());
        }
        String type = text.type()
                .orElseThrow(() ->
                        new CannotStartException(TYPE + " is required when " + ENABLED + " is on; it must be bearer"));
        if (!type.equals("bearer")) {
            throw new CannotStartException(TYPE + " is '" + type + "'; the proxy only supports bearer");
        }
        if (text.token().isEmpty() && file.isEmpty()) {
            throw new CannotStartException(TOKEN + " is required when " + ENABLED + " is on, or " + FILE);
        }
        Optional<Path> path = file.map(Path::of);
        try {
            return new RegistrationTokens(true, text.token(), path, digests(text.token(), path));
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotStartException(FILE + " is '" + file.orElse("") + "'; " + mistake(e));
        }
    }

    /** Whether a registration needs a token or a credential. */
    boolean required() {
        return required;
    }

    /** Compares with all of them, in a time that shows neither content nor length of any. */
    boolean include(String presented) {
        // As Netty reads a header: a byte becomes a character.
        byte[] digest = Sha256.of(presented.getBytes(StandardCharsets.ISO_8859_1));
        boolean found = false;
        for (byte[] known : digests) {
            found |= MessageDigest.isEqual(known, digest);
        }
        return found;
    }

    /** Reads the file again; one that is wrong leaves the tokens as they are. To be called now and then, by one thread at a time. */
    void readAgain() {
        if (file.isEmpty()) {
            return;
        }
        try {
            List<byte[]> before = digests;
            digests = digests(token, file);
            if (fileIsWrong || !same(before, digests)) {
                LOG.infof("registration tokens read file=%s tokens=%d", file.get(), digests.size());
            }
            fileIsWrong = false;
        } catch (IOException | IllegalArgumentException e) {
            if (!fileIsWrong) {
                LOG.warnf("registration tokens stay as they are file=%s why=\"%s\"", file.get(), mistake(e));
            }
            fileIsWrong = true;
        }
    }

    private static boolean same(List<byte[]> before, List<byte[]> after) {
        return before.size() == after.size()
                && java.util.stream.IntStream.range(0, before.size())
                        .allMatch(i -> MessageDigest.isEqual(before.get(i), after.get(i)));
    }

    private static String mistake(Exception e) {
        return e instanceof IOException ? "it cannot be read: " + e : String.valueOf(e.getMessage());
    }

    private static List<byte[]> digests(Optional<String> token, Optional<Path> file) throws IOException {
        List<String> tokens = new ArrayList<>();
        token.ifPresent(tokens::add);
        if (file.isPresent()) {
            tokens.addAll(lines(file.get()));
        }
        return tokens.stream().map(Sha256::of).toList();
    }

    /** Not a word of a line gets into a message. */
    private static List<String> lines(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IllegalArgumentException("it is longer than " + MAX_FILE + " bytes");
        }
        List<String> tokens = Files.readString(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (tokens.isEmpty() || tokens.size() > MAX_TOKENS) {
            throw new IllegalArgumentException("it has " + tokens.size() + " tokens; allowed are 1 to " + MAX_TOKENS
                    + ", each on a line of its own");
        }
        return tokens;
    }

    @Override
    public String toString() {
        return "registration tokens";
    }
}
