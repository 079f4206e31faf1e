package io.millrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.millrace.control.settings.InvalidSettingException;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Keeps the control plane's part of docs/settings.md equal to the settings that its classes name. */
class SettingsReferenceTest {

    private static final Path PAGE = Path.of("../docs/settings.md");
    private static final String BEGIN = "<!-- control-plane begins -->\n";
    private static final String END = "<!-- control-plane ends -->";
    private static final String DURATION = "a duration such as 500ms, 15s or 1m30s from ";
    private static final String ENDPOINT = "a port, tcp://host:port or udp://host:port";
    private static final String LISTENER = "port, host:port, [ipv6]:port";

    /** Those that are read before Quarkus knows its settings, by ListenAddressSource and RedisSource. */
    private static final Map<String, String> READ_EARLY = Map.of(
            "proxy.system.api", "12025",
            "millrace.management", "9000",
            "proxy.load.balancer.type", "memory",
            "millrace.redis.trust-certificates", "",
            "millrace.log.json", "off");

    /** What the code does not say in one place. */
    private record About(String allowed, String meaning) {}

    private static final Map<String, About> ABOUT = Map.ofEntries(
            Map.entry(
                    "proxy.system.api",
                    new About(LISTENER, "Registration, REST and the workers' API; only a port means all addresses")),
            Map.entry(
                    "millrace.system-api-https",
                    new About(LISTENER, "The same over HTTPS, beside it; only a port means all addresses")),
            Map.entry(
                    "millrace.tls.certificate",
                    new About(
                            "the path of a PEM file",
                            "The certificate for HTTPS, with those that lead to its root; read only with `MILLRACE_SYSTEM_API_HTTPS`, as are the next three")),
            Map.entry(
                    "millrace.tls.key",
                    new About("the path of a PEM file", "The private key to it, RSA or ECDSA, without a passphrase")),
            Map.entry(
                    "millrace.tls.min-version",
                    new About("1.2, 1.3", "The oldest version of TLS that clients may use")),
            Map.entry(
                    "millrace.tls.reload-interval",
                    new About(
                            DURATION + "100ms to 24h",
                            "How often certificate and key are checked; changes count for new connections")),
            Map.entry(
                    "millrace.log.json",
                    new About("on, off", "Each log line is a JSON object with `time`, `level`, `msg` and more")),
            Map.entry("millrace.management", new About(LISTENER, "Health and metrics; only a port means loopback")),
            Map.entry(
                    "proxy.load.balancer.type",
                    new About(
                            "memory, redis, mesh",
                            "Where state is kept: in this control plane alone, in a Redis that several share, or in several"
                                    + " that replicate it among themselves")),
            Map.entry("proxy.redis.host", new About("a host name or an address", "Redis, without TLS")),
            Map.entry("proxy.redis.port", new About("whole numbers from 1 to 65535", "Its port")),
            Map.entry("proxy.redis.password", new About("any text", "Its password")),
            Map.entry("proxy.redis.db", new About("whole numbers from 0 to 65535", "The number of its database")),
            Map.entry(
                    "millrace.redis.url",
                    new About(
                            "`redis://[user[:password]@]host[:port][/db]`,"
                                    + " `redis-sentinel://[user:password@]host:port,host:port/master[/db]`,"
                                    + " `redis-cluster://[user:password@]host:port,host:port`; each with `rediss` for TLS",
                            "Instead of the four `PROXY_REDIS_` variables, which then are ignored")),
            Map.entry(
                    "millrace.redis.trust-certificates",
                    new About(
                            "the path of a PEM file",
                            "Certificates that Redis's own may be signed with; without it, those that Java trusts")),
            Map.entry(
                    "millrace.redis.prefix",
                    new About(
                            "1 to 64 of A-Z a-z 0-9 . _ : -",
                            "What all keys in Redis begin with; control planes with the same one belong together."
                                    + " Not set: `millrace`, behind PROXY_REDIS_KEY_PREFIX and a colon where that is set")),
            Map.entry(
                    "proxy.redis.key.prefix",
                    new About(
                            "text of at most 256 characters",
                            "Where MILLRACE_REDIS_PREFIX is not set, all keys in Redis begin with this, a colon and `millrace`")),
            Map.entry(
                    "millrace.mesh.peers",
                    new About(
                            "host:port,host:port,... or dns:name or dns:name:port",
                            "Where all control planes of a mesh are, this one included: the same list for all, or a name"
                                    + " that has all their addresses")),
            Map.entry(
                    "millrace.mesh.listen",
                    new About(
                            LISTENER,
                            "Where the other control planes of a mesh reach this one; only a port means the address of this"
                                    + " machine that stands in the list or leads to the others")),
            Map.entry(
                    "millrace.mesh.size",
                    new About(
                            "whole numbers from 1 to 15",
                            "How many control planes there are meant to be; more than half of them must see each other."
                                    + " The number of addresses in the list if not set; needed where peers is a name")),
            Map.entry("proxy.default.backend.enabled", new About("on, off", "Whether there is a default backend")),
            Map.entry(
                    "proxy.default.backend.ip",
                    new About("an address", "An origin of kind srs that does not register; it is probed")),
            Map.entry("proxy.default.backend.rtmp", new About(ENDPOINT, "Its RTMP")),
            Map.entry("proxy.default.backend.http", new About(ENDPOINT, "Its HTTP")),
            Map.entry(
                    "proxy.default.backend.api",
                    new About(ENDPOINT, "Its API: its streams and clients are read and shown")),
            Map.entry("proxy.default.backend.rtc", new About(ENDPOINT, "Its WebRTC")),
            Map.entry("proxy.default.backend.srt", new About(ENDPOINT, "Its SRT")),
            Map.entry(
                    "millrace.data-dir",
                    new About(
                            "the path of a folder",
                            "Holds `cluster-token` and `control-plane/config.json`; relative to the working directory")),
            Map.entry(
                    "millrace.cluster-token",
                    new About(
                            "32 to 1024 random printable ASCII characters, no spaces; two with a comma between while it is rotated",
                            "The secret that control plane and workers share")),
            Map.entry(
                    "millrace.control-plane.advertise",
                    new About(
                            "a URL without a path",
                            "Where other control planes on the same store reach this one; left out, it is the address that"
                                    + " it listens on or, if that is all of them, one of this host")),
            Map.entry(
                    "millrace.login",
                    new About(
                            "open, local, oidc",
                            "How people log in. open: not at all, and management is answered on this machine only. local: with name and"
                                    + " password. oidc: at an OpenID Connect provider, see [security](operate/security.md#log-in-at-an-identity-provider)."
                                    + " API tokens are valid from everywhere")),
            Map.entry(
                    "millrace.oidc.url",
                    new About(
                            "an https URL, or an http one of this machine",
                            "The provider (its issuer); needed with MILLRACE_LOGIN=oidc")),
            Map.entry(
                    "millrace.oidc.client-id",
                    new About("any text", "The name of this server at the provider; needed with MILLRACE_LOGIN=oidc")),
            Map.entry(
                    "millrace.oidc.client-secret",
                    new About(
                            "any text",
                            "Its secret there; this or the file is needed with MILLRACE_LOGIN=oidc, the same for all control planes")),
            Map.entry(
                    "millrace.oidc.client-secret-file",
                    new About("the path of a file", "The same, without the secret in the environment")),
            Map.entry(
                    "millrace.oidc.scopes",
                    new About(
                            "words",
                            "What is asked of the provider beside openid, so that its tokens have the claims")),
            Map.entry(
                    "millrace.oidc.name-claim",
                    new About("a claim", "The name of a person or machine; `sub` where a token has none")),
            Map.entry(
                    "millrace.oidc.role-claim",
                    new About(
                            "a claim, with a slash before each claim inside another, such as realm_access/roles",
                            "What gives a role")),
            Map.entry(
                    "millrace.oidc.roles",
                    new About(
                            "value=role,value=role,... with the roles viewer, operator, admin",
                            "The role for each value of that claim; the highest counts")),
            Map.entry(
                    "millrace.oidc.audience",
                    new About(
                            "any text but the client id",
                            "If set, machines may use JWTs of the provider that are for this audience as bearer tokens")),
            Map.entry(
                    "millrace.oidc.redirect-url",
                    new About(
                            "a URL with the path /api/v1/login/oidc",
                            "Where the provider leads browsers back to. Not set: where they came from; needed behind a proxy that ends TLS")),
            Map.entry(
                    "millrace.login.plain-http",
                    new About("on, off", "Whether a password may come over HTTP without TLS from another machine")),
            Map.entry(
                    "millrace.cors.origins",
                    new About(
                            "a list of origins such as https://console.example.com,http://10.0.0.5:3000",
                            "Pages of other origins that may use the REST API from a browser, with an API token")),
            Map.entry(
                    "millrace.metrics.networks",
                    new About(
                            "none, or networks such as 10.0.0.0/8,192.0.2.7,fd00::/8",
                            "From where metrics are read without a token")),
            Map.entry(
                    "millrace.metrics.token",
                    new About("any text", "A bearer token with which metrics are read from everywhere")),
            Map.entry(
                    "millrace.connections.max",
                    new About(
                            "whole numbers from 16 to 1000000",
                            "Connections to the port of the REST API; more are closed at once")),
            Map.entry(
                    "millrace.connections.max-per-address",
                    new About(
                            "whole numbers from 1 to 1000000",
                            "Of those, from one IPv4 address or one IPv6 network of 64 bits")),
            Map.entry(
                    "millrace.srs-api.deadline",
                    new About(
                            DURATION + "100ms to 1m",
                            "Timeout of a request to an origin's HTTP API; a page of a list takes one for its length and one for its"
                                    + " rows")),
            Map.entry(
                    "millrace.origin-api-auth",
                    new About(
                            "basic:user:password or bearer:token",
                            "The credentials for the HTTP APIs of all origins, see [origins](operate/origins.md#origins-whose-api-is-protected)")),
            Map.entry(
                    "millrace.origin-api-auth-file",
                    new About(
                            "the path of a file with one line for each: server id, address or *, a space, and what"
                                    + " MILLRACE_ORIGIN_API_AUTH takes",
                            "The same, for single origins, and without the secret in the environment")),
            Map.entry(
                    "millrace.origin-poll-interval",
                    new About(
                            DURATION + "1s to 1h",
                            "Between two polls of the list of streams of an origin that has an API")),
            Map.entry(
                    "millrace.hooks-token",
                    new About("1 to 256 of A-Z a-z 0-9 . _ ~ -", "If set, `/api/v1/hooks/srs` wants it as `?token=`")),
            Map.entry(
                    "millrace.rebuild-window",
                    new About(
                            DURATION + "0s to 1h",
                            "After a start nothing is placed and no table published for so long, while workers enrol")),
            Map.entry(
                    "millrace.events.kept", new About("whole numbers from 1 to 1000000", "Events that are remembered")),
            Map.entry(
                    "millrace.events.heartbeat",
                    new About(DURATION + "100ms to 1m", "How often an idle event stream sends a heartbeat")),
            Map.entry(
                    "millrace.streams.binding-linger",
                    new About(
                            DURATION + "1s to 168h",
                            "How long a binding outlives its last session, and how long a new one waits for its first")),
            Map.entry(
                    "millrace.streams.decisions-kept",
                    new About("whole numbers from 1 to 1000000", "Placement decisions that are remembered")),
            Map.entry(
                    "millrace.streams.drain-per-second",
                    new About("whole numbers from 1 to 10000", "Streams a second that are moved off draining origins")),
            Map.entry(
                    "proxy.http.api.auth.enabled",
                    new About("on, off", "Whether registrations need a bearer token, as with SRS's proxy")),
            Map.entry("proxy.http.api.auth.type", new About("bearer", "Required with PROXY_HTTP_API_AUTH_ENABLED=on")),
            Map.entry(
                    "proxy.http.api.auth.token",
                    new About(
                            "any text",
                            "The token; required with PROXY_HTTP_API_AUTH_ENABLED=on unless there is"
                                    + " MILLRACE_REGISTRATION_TOKENS_FILE")),
            Map.entry(
                    "millrace.registration.tokens-file",
                    new About(
                            "the path of a file with 1 to 100 tokens, each on a line",
                            "More tokens that are taken besides PROXY_HTTP_API_AUTH_TOKEN, so that one can be exchanged; read"
                                    + " again every 2 s")),
            Map.entry(
                    "millrace.registration.networks",
                    new About(
                            "none, or networks such as 10.0.0.0/8,192.0.2.7,fd00::/8",
                            "From which registrations and hooks are taken without a token or credential, and where the `ip` of a"
                                    + " registration may be besides its sender's address, see"
                                    + " [security](operate/security.md#origins-who-may-register)")),
            Map.entry(
                    "millrace.registration.approval",
                    new About(
                            "on, off",
                            "Whether an origin that registers waits until an operator approves it, see"
                                    + " [security](operate/security.md#origins-who-may-register); the same for all control planes")),
            Map.entry(
                    "millrace.registration.endpoint-networks",
                    new About(
                            "none, or networks such as 10.0.0.0/8,192.0.2.7,fd00::/8",
                            "Where the endpoints of a registration may lie besides its own `ip`; origins that operators add"
                                    + " may lie anywhere")),
            Map.entry(
                    "millrace.registration.max-origins",
                    new About(
                            "whole numbers from 1 to 100000",
                            "Origins that are known because they registered; above it the one that is down for longest"
                                    + " is replaced, and if none is down a new one is refused")),
            Map.entry(
                    "millrace.registration.per-second",
                    new About(
                            "whole numbers from 1 to 1000000",
                            "Registrations a second of one address (of one /64 with IPv6) in the long run")),
            Map.entry(
                    "millrace.registration.burst",
                    new About("whole numbers from 1 to 1000000", "Registrations of one address at once")),
            Map.entry(
                    "millrace.registry.suspect-after",
                    new About(
                            DURATION + "10ms to 24h",
                            "Silence after which an origin is suspect and probed; one and a half of its own interval where"
                                    + " that is more")),
            Map.entry(
                    "millrace.registry.time-to-live",
                    new About(
                            DURATION + "10ms to 24h",
                            "Silence after which an origin that answers no probe is down, if three probes have not shown that"
                                    + " before; at least millrace.registry.suspect-after")),
            Map.entry(
                    "proxy.origin.server.ttl",
                    new About(
                            DURATION + "10ms to 24h",
                            "The time to live, where set, instead of `MILLRACE_REGISTRY_TIME_TO_LIVE`; suspicion comes no"
                                    + " later")),
            Map.entry(
                    "millrace.registry.forget-after",
                    new About(DURATION + "1s to 8760h", "How long an origin that is down stays in the list")),
            Map.entry(
                    "millrace.registry.refusal-hold",
                    new About(
                            DURATION + "0s to 1h",
                            "How long an origin that workers could not reach must answer before it is used again, and the unit of the"
                                    + " longer times after repeated failures")),
            Map.entry(
                    "millrace.registry.probe-interval",
                    new About(
                            DURATION + "50ms to 1h",
                            "Between two probes of an origin that does not register, or whose state is not certain")),
            Map.entry(
                    "millrace.registry.probe-timeout",
                    new About(
                            DURATION + "10ms to 1m",
                            "For one probe, from connecting to the end of the RTMP handshake")));

    @Test
    void pageShowsEverySettingOfTheControlPlane() throws IOException {
        Map<String, String> defaults = new TreeMap<>(READ_EARLY);
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.millrace.control");
        classes.stream()
                .flatMap(SettingsReferenceTest::parameters)
                .forEach(parameter -> parameter
                        .tryGetAnnotationOfType(ConfigProperty.class)
                        // Quarkus's own follow from ours.
                        .filter(setting -> !setting.name().startsWith("quarkus."))
                        .ifPresent(setting -> defaults.put(setting.name(), defaultOf(setting))));
        classes.forEach(type -> type.tryGetAnnotationOfType(ConfigMapping.class)
                .ifPresent(mapping -> type.getMethods()
                        .forEach(method -> defaults.put(
                                mapping.prefix() + "." + kebab(method.getName()),
                                method.tryGetAnnotationOfType(WithDefault.class)
                                        .map(WithDefault::value)
                                        .orElse("")))));
        assertThat(defaults.keySet()).containsExactlyInAnyOrderElementsOf(ABOUT.keySet());
        String table = "| variable | property | default | allowed | meaning |\n|---|---|---|---|---|\n"
                + defaults.entrySet().stream()
                        .map(setting -> row(setting.getKey(), setting.getValue()))
                        .collect(Collectors.joining());

        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (Boolean.getBoolean("millrace.docs.write")) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to))
                    .as("docs/settings.md; -Dmillrace.docs.write=true writes it anew")
                    .isEqualTo(table);
        }
    }

    private static Stream<JavaParameter> parameters(JavaClass type) {
        return type.getCodeUnits().stream().flatMap(unit -> unit.getParameters().stream());
    }

    private static String defaultOf(ConfigProperty setting) {
        return setting.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE) ? "" : setting.defaultValue();
    }

    private static String kebab(String method) {
        return method.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String row(String property, String usual) {
        About about = ABOUT.get(property);
        String shown = property.equals("millrace.cluster-token")
                ? "the file `cluster-token` in the data folder"
                : usual.isEmpty() ? "none" : "`" + usual + "`";
        return "| `%s` | `%s` | %s | %s | %s |%n"
                .formatted(
                        InvalidSettingException.variable(property),
                        property,
                        shown,
                        about == null ? "" : about.allowed(),
                        about == null ? "" : about.meaning());
    }
}
