package io.millrace.control.security.login.oidc;

import io.millrace.control.security.Roles;
import io.millrace.control.settings.InvalidSettingException;
import io.millrace.control.start.CannotStartException;
import io.millrace.model.address.Networks;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where people log in, and what a token says of them.
 *
 * @param url of the provider; its metadata are at {@code /.well-known/openid-configuration} below it
 * @param secret by which this server is known to it
 * @param scopes beside openid
 * @param roleClaim names of claims with slashes between them, where one lies in another
 * @param roles the role that each value of that claim gives
 * @param audience that tokens of machines are for; null where such tokens are not taken
 * @param redirectUrl where the provider sends browsers back to; null where that follows from each request
 */
public record OidcSettings(
        String url,
        String clientId,
        String secret,
        List<String> scopes,
        String nameClaim,
        String roleClaim,
        Map<String, String> roles,
        @Nullable String audience,
        @Nullable URI redirectUrl) {

    /** Where the code flow begins and ends. */
    public static final String PATH = "/api/v1/login/oidc";

    private static final String PREFIX = "millrace.oidc";
    private static final String URL = PREFIX + ".url";
    private static final String CLIENT_ID = PREFIX + ".client-id";
    private static final String SECRET = PREFIX + ".client-secret";
    private static final String SECRET_FILE = PREFIX + ".client-secret-file";
    private static final String AUDIENCE = PREFIX + ".audience";
    private static final String REDIRECT_URL = PREFIX + ".redirect-url";
    private static final String ROLES = PREFIX + ".roles";

    static final String ROLES_VARIABLE = InvalidSettingException.variable(ROLES);

    private static final List<String> OF_PEOPLE = List.of(Roles.VIEWER, Roles.OPERATOR, Roles.ADMIN);
    private static final int MAX_SECRET = 4_096;
    private static final String A_SECRET = "the secret of this server at the provider, here or in the file of "
            + InvalidSettingException.variable(SECRET_FILE);

    /** The same as text, as it stands in the configuration. */
    @ConfigMapping(prefix = PREFIX)
    public interface Text {
        Optional<String> url();

        Optional<String> clientId();

        Optional<String> clientSecret();

        Optional<String> clientSecretFile();

        @WithDefault("profile")
        String scopes();

        @WithDefault("preferred_username")
        String nameClaim();

        @WithDefault("roles")
        String roleClaim();

        @WithDefault("viewer=viewer,operator=operator,admin=admin")
        String roles();

        Optional<String> audience();

        Optional<String> redirectUrl();
    }

    /** @throws CannotStartException when something is missing or makes no sense */
    public static OidcSettings of(Text text) {
        String clientId = needed(CLIENT_ID, text.clientId(), "the name of this server at the provider");
        String audience = text.audience().map(String::strip).orElse(null);
        if (audience != null && clientId.equals(audience)) {
            // Every page that somebody logs in to would have a token of theirs that is valid here.
            throw new InvalidSettingException(
                    AUDIENCE, audience, "an audience of its own; tokens of people at log-in are for the client id");
        }
        return new OidcSettings(
                url(text.url()),
                clientId,
                secret(text),
                words(text.scopes()),
                needed(PREFIX + ".name-claim", Optional.of(text.nameClaim()), "the name of a claim"),
                needed(PREFIX + ".role-claim", Optional.of(text.roleClaim()), "the name of a claim"),
                roles(text.roles()),
                audience,
                text.redirectUrl().map(OidcSettings::redirectUrl).orElse(null));
    }

    /** The highest role that these values of the claim give. */
    @Nullable
    String roleOf(Collection<String> values) {
        return OF_PEOPLE.reversed().stream()
                .filter(role -> values.stream().anyMatch(value -> role.equals(roles.get(value))))
                .findFirst()
                .orElse(null);
    }

    /** Whether browsers come by TLS, which may end in front of this server. */
    public boolean overTls() {
        return redirectUrl != null && "https".equals(redirectUrl.getScheme());
    }

    @Override
    public String toString() {
        return "provider " + url;
    }

    private static String needed(String property, Optional<String> value, String meaning) {
        return value.map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() ->
                        new InvalidSettingException(property, "", meaning + "; it is needed with MILLRACE_LOGIN=oidc"));
    }

    private static String url(Optional<String> value) {
        String form = "the https URL of the provider, or an http one of this machine";
        String text = needed(URL, value, form);
        URI uri = absolute(URL, text, form);
        if (!"https".equals(uri.getScheme()) && !isLoopback(uri.getHost())) {
            throw new InvalidSettingException(URL, text, form);
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean isLoopback(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return bare.equals("localhost")
                || Networks.address(bare).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    private static URI redirectUrl(String text) {
        String form = "http or https, a host, and the path " + PATH;
        URI uri = absolute(REDIRECT_URL, text.strip(), form);
        if (!PATH.equals(uri.getPath())) {
            throw new InvalidSettingException(REDIRECT_URL, text, form);
        }
        return uri;
    }

    private static URI absolute(String property, String text, String form) {
        try {
            URI uri = URI.create(text);
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // As any other text that is no URL.
        }
        throw new InvalidSettingException(property, text, form);
    }

    private static String secret(Text text) {
        if (text.clientSecret().isPresent() == text.clientSecretFile().isPresent()) {
            // Whatever it is, it stays out of the log.
            throw new InvalidSettingException(
                    SECRET,
                    text.clientSecret().isPresent() ? "***" : "",
                    A_SECRET + "; one of them is needed with MILLRACE_LOGIN=oidc");
        }
        return needed(
                SECRET, text.clientSecret().or(() -> text.clientSecretFile().map(OidcSettings::read)), A_SECRET);
    }

    private static String read(String name) {
        try {
            Path file = Path.of(name);
            if (Files.size(file) <= MAX_SECRET) {
                return Files.readString(file, StandardCharsets.UTF_8);
            }
        } catch (IOException | InvalidPathException e) {
            // Said below; a message may have a part of the file in it.
        }
        throw new InvalidSettingException(
                SECRET_FILE, name, "the path of a readable file of at most " + MAX_SECRET + " bytes");
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("[\\s,]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Map<String, String> roles(String text) {
        Map<String, String> roles = new LinkedHashMap<>();
        for (String pair : text.split(",", -1)) {
            int equals = pair.lastIndexOf('=');
            String role = pair.substring(equals + 1).strip();
            if (equals < 1 || !OF_PEOPLE.contains(role)) {
                throw new InvalidSettingException(
                        ROLES, text, "value=role,value=role,... with the roles " + String.join(", ", OF_PEOPLE));
            }
            roles.put(pair.substring(0, equals).strip(), role);
        }
        return Map.copyOf(roles);
    }
}
