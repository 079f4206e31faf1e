package io.millrace.control.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where Redis is and how to get in. Nothing that this says of itself, not even in a complaint, has the password in it.
 *
 * @param user empty for the default one
 * @param password empty for none
 * @param hosts each {@code host:port}
 * @param master its name for Sentinel; empty otherwise
 */
public record RedisAddress(
        Kind kind, boolean tls, String user, String password, List<String> hosts, String master, int database) {

    public static final String URL = "millrace.redis.url";
    public static final String HOST = "proxy.redis.host";
    public static final String PORT = "proxy.redis.port";
    public static final String PASSWORD = "proxy.redis.password";
    public static final String DATABASE = "proxy.redis.db";
    public static final String PREFIX = "millrace.redis.prefix";
    public static final String PROXY_PREFIX = "proxy.redis.key.prefix";
    public static final String TRUST_CERTIFICATES = "millrace.redis.trust-certificates";

    private static final Pattern FORM = Pattern.compile(
            "redis(?<tls>s?)(?:-(?<kind>sentinel|cluster))?://(?:(?<user>[^@]*)@)?(?<hosts>[^@/?#]+)(?<path>/[^?#]*)?");
    private static final String ALLOWED =
            "redis://[user[:password]@]host[:port][/db], redis-sentinel://host:port,host:port/master[/db] or"
                    + " redis-cluster://host:port,host:port; with rediss for redis over TLS, and with the characters @ / : ? # %"
                    + " of a password written as %40 %2F %3A %3F %23 %25";
    private static final int DATABASES = 65_535;
    private static final String DEFAULT_PREFIX = "millrace";
    private static final int MAX_PROXY_PREFIX = 256;

    /** How the servers are set up. */
    public enum Kind {
        STANDALONE,
        SENTINEL,
        CLUSTER;

        private String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** From one URL. */
    public static RedisAddress ofUrl(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw invalid(text);
        }
        Kind kind = form.group("kind") == null
                ? Kind.STANDALONE
                : Kind.valueOf(form.group("kind").toUpperCase(java.util.Locale.ROOT));
        int defaultPort = kind == Kind.SENTINEL ? 26_379 : 6379;
        List<String> hosts = Arrays.stream(form.group("hosts").split(",", -1))
                .map(host -> host(text, host, defaultPort))
                .toList();
        String path = form.group("path") == null ? "" : form.group("path").substring(1);
        String[] parts = path.split("/", -1);
        String master = kind == Kind.SENTINEL ? parts[0] : "";
        String database = kind == Kind.SENTINEL ? (parts.length == 2 ? parts[1] : "") : path;
        boolean wrong = kind == Kind.SENTINEL
                ? parts.length > 2 || !master.matches("[\\w.:-]+")
                : kind == Kind.CLUSTER ? !path.isEmpty() : hosts.size() != 1;
        if (wrong || !database.matches("\\d{0,5}")) {
            throw invalid(text);
        }
        String userInfo = form.group("user") == null ? "" : form.group("user");
        int colon = userInfo.indexOf(':');
        return new RedisAddress(
                kind,
                !form.group("tls").isEmpty(),
                decoded(text, colon < 0 ? userInfo : userInfo.substring(0, colon)),
                decoded(text, colon < 0 ? "" : userInfo.substring(colon + 1)),
                hosts,
                master,
                database.isEmpty() ? 0 : Integer.parseInt(database));
    }

    /** From the variables of SRS's proxy. */
    public static RedisAddress ofParts(String host, String port, String password, String database) {
        String name = host.strip();
        String bracketed = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
        if (!bracketed.matches("[\\w.-]+|\\[[0-9a-fA-F:.%]+]")) {
            throw new InvalidSettingException(HOST, host, "a host name or an address");
        }
        int number = SettingText.number(PORT, port, 1, 65_535);
        return new RedisAddress(
                Kind.STANDALONE,
                false,
                "",
                password,
                List.of(bracketed + ":" + number),
                "",
                SettingText.number(DATABASE, database, 0, DATABASES));
    }

    /**
     * What all keys begin with.
     *
     * @param own ours; empty if it is not set
     * @param proxy that of SRS's proxy, to which ours is added where it is not set
     */
    public String prefix(String own, String proxy) {
        if (!own.isEmpty()) {
            if (!own.matches("[\\w.:-]{1,64}")) {
                throw new InvalidSettingException(PREFIX, own, "1 to 64 of A-Z a-z 0-9 . _ : -");
            }
            return own;
        }
        if (proxy.isEmpty()) {
            return DEFAULT_PREFIX;
        }
        if (proxy.length() > MAX_PROXY_PREFIX || proxy.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidSettingException(
                    PROXY_PREFIX,
                    proxy,
                    "text of at most " + MAX_PROXY_PREFIX + " characters without control characters");
        }
        // The first pair of braces of a key is its hash tag. Another than ours does no harm, but an empty one is none
        // at all, and the
        // keys of one store must be in one place.
        int brace = proxy.indexOf('{');
        if (kind == Kind.CLUSTER && brace >= 0 && proxy.startsWith("{}", brace)) {
            throw new InvalidSettingException(
                    PROXY_PREFIX, proxy, "with a Redis Cluster, text whose first brace is not directly closed again");
        }
        return proxy + ":" + DEFAULT_PREFIX;
    }

    /**
     * The settings of Quarkus's client.
     *
     * @param trust path of the certificates to trust; empty for those that Java trusts
     */
    public Map<String, String> quarkus(String trust) {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.redis.active", "true");
        settings.put("quarkus.redis.client-type", kind.word());
        settings.put("quarkus.redis.hosts", hosts.stream().map(this::uri).collect(Collectors.joining(",")));
        if (kind == Kind.SENTINEL) {
            settings.put("quarkus.redis.master-name", master);
        }
        // Requests of many callers wait on one connection; a caller that waits too long gives up.
        settings.put("quarkus.redis.max-waiting-handlers", "16384");
        settings.put("quarkus.redis.reconnect-attempts", "0");
        settings.put("quarkus.redis.tcp.connection-timeout", "1s");
        settings.put("quarkus.redis.tcp.no-delay", "true");
        settings.put("quarkus.redis.tcp.keep-alive", "true");
        if (tls) {
            settings.put("quarkus.redis.tls.enabled", "true");
            settings.put("quarkus.redis.tls.hostname-verification-algorithm", "HTTPS");
            if (!trust.isEmpty()) {
                settings.put("quarkus.redis.tls.trust-certificate-pem", "true");
                settings.put("quarkus.redis.tls.trust-certificate-pem.certs", trust);
            }
        }
        return settings;
    }

    /** For operators. */
    public String shown() {
        String how = switch (kind) {
            case STANDALONE -> "";
            case SENTINEL -> "sentinel " + master + " at ";
            case CLUSTER -> "cluster ";
        };
        return "redis " + how + String.join(",", hosts) + (database == 0 ? "" : "/" + database) + (tls ? " (TLS)" : "");
    }

    /** As a record would show it, but for the password. */
    @Override
    public String toString() {
        return shown();
    }

    private String uri(String host) {
        String who = user.isEmpty() && password.isEmpty() ? "" : encoded(user) + ":" + encoded(password) + "@";
        return (tls ? "rediss://" : "redis://") + who + host + (database == 0 ? "" : "/" + database);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String url, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(url);
        }
    }

    private static String host(String url, String text, int defaultPort) {
        try {
            URI uri = new URI("redis://" + text);
            if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
                throw invalid(url);
            }
            return uri.getHost() + ":" + (uri.getPort() < 0 ? defaultPort : uri.getPort());
        } catch (URISyntaxException e) {
            throw invalid(url);
        }
    }

    private static InvalidSettingException invalid(String url) {
        int from = url.indexOf("://");
        int to = url.lastIndexOf('@');
        String shown = to < 0
                ? url
                : from < 0 || from > to
                        ? "***" + url.substring(to)
                        : url.substring(0, from + 3) + "***" + url.substring(to);
        return new InvalidSettingException(URL, shown, ALLOWED);
    }
}
