package io.millrace.control.api.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.api.Mistakes;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.model.access.AccessCheck;
import io.millrace.model.access.PublicKeyPem;
import io.millrace.model.address.Networks;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a rule wants of clients. What could be a secret is never shown in a message: URLs and keys. */
final class AccessCheckReader {

    /** A signature is compared with that of each. */
    private static final int MAX_KEYS = 8;

    private static final int MAX_URL = 1_024;
    private static final int MAX_PORT = 65_535;
    private static final int MIN_TIMEOUT_MILLIS = 100;
    private static final int MAX_TIMEOUT_MILLIS = 10_000;
    private static final int USUAL_TIMEOUT_MILLIS = 2_000;
    private static final int MAX_CACHE_SECONDS = 3_600;

    private static final Pattern METADATA_NAME =
            Pattern.compile("metadata(\\.google\\.internal)?\\.?", Pattern.CASE_INSENSITIVE);

    /** No name ends with a number; an address may be written as one, as in 0x7f000001, and is then not seen to be one. */
    private static final Pattern NUMBER_AT_END = Pattern.compile("(^|\\.)\\d[^.]*\\.?$");

    private static final AccessCheck NONE = new AccessCheck.None();

    private final Predicate<String> keys;
    private final Mistakes here;

    /** @param keys whether there is a key of a name */
    AccessCheckReader(Predicate<String> keys, Mistakes here) {
        this.keys = keys;
        this.here = here;
    }

    /** What was left out wants nothing. */
    AccessCheck read(String at, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return NONE;
        }
        if (!node.isObject()) {
            here.add(at, at + " is no object such as {\"type\": \"none\"}");
            return NONE;
        }
        Mistakes within = new Mistakes();
        JsonBody body = JsonBody.of(node);
        AccessCheck check = within.read(NONE, () -> switch (body.text("type")) {
            case "none" -> none(node, within);
            case "signed" -> signed(node, within);
            case "jwt" -> jwt(node, body, within);
            case "callback" -> callback(node, body, within);
            default -> throw new InvalidFieldException("type", "type is none of none, signed, jwt and callback");
        });
        here.addAll(at, within);
        return check;
    }

    private static AccessCheck none(JsonNode node, Mistakes within) {
        within.onlyFields("", node, Set.of("type"));
        return NONE;
    }

    private AccessCheck signed(JsonNode node, Mistakes within) {
        within.onlyFields("", node, Set.of("type", "keys"));
        List<String> names = texts(node, "keys", within);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String at = "keys[" + i + "]";
            if (!keys.test(names.get(i))) {
                within.add(at, at + " names no key that there is; POST /api/v1/access/keys makes one");
            } else if (!seen.add(names.get(i))) {
                within.add(at, at + " names a key that is listed already");
            }
        }
        if (names.isEmpty() && within.count() == 0) {
            within.add("keys", "keys is empty; name at least one key");
        }
        return new AccessCheck.Signed(names);
    }

    private static AccessCheck jwt(JsonNode node, JsonBody body, Mistakes within) {
        within.onlyFields("", node, Set.of("type", "jwks", "publicKeys", "issuer", "audience"));
        URI jwks = within.read(
                        Optional.<URI>empty(),
                        () -> present(node, "jwks") ? Optional.of(url(node, "jwks")) : Optional.<URI>empty())
                .orElse(null);
        List<String> publicKeys = present(node, "publicKeys") ? texts(node, "publicKeys", within) : List.of();
        for (int i = 0; i < publicKeys.size(); i++) {
            check("publicKeys[" + i + "]", publicKeys.get(i), within);
        }
        if (present(node, "jwks") == !publicKeys.isEmpty() && within.count() == 0) {
            within.add(
                    "jwks",
                    "jwks and publicKeys are both there or both missing; name one of them, which says whose signature counts");
        }
        return new AccessCheck.Jwt(
                jwks, publicKeys, optional(body, "issuer", within), optional(body, "audience", within));
    }

    private static void check(String at, String pem, Mistakes within) {
        try {
            var _ = PublicKeyPem.parse(pem);
        } catch (IllegalArgumentException e) {
            within.add(at, at + " " + e.getMessage());
        }
    }

    private static @Nullable String optional(JsonBody body, String field, Mistakes within) {
        return within.read(
                        Optional.<String>empty(),
                        () -> present(body.whole(), field) ? Optional.of(body.text(field)) : Optional.<String>empty())
                .orElse(null);
    }

    private static AccessCheck callback(JsonNode node, JsonBody body, Mistakes within) {
        within.onlyFields("", node, Set.of("type", "url", "timeoutMillis", "cacheSeconds", "allowWhenUnavailable"));
        return new AccessCheck.Callback(
                within.read(URI.create("http://invalid"), () -> url(node, "url")),
                within.read(
                        USUAL_TIMEOUT_MILLIS,
                        () -> body.wholeNumber("timeoutMillis", MIN_TIMEOUT_MILLIS, MAX_TIMEOUT_MILLIS)
                                .orElse(USUAL_TIMEOUT_MILLIS)),
                within.read(
                        0,
                        () -> body.wholeNumber("cacheSeconds", 0, MAX_CACHE_SECONDS)
                                .orElse(0)),
                within.read(false, () -> flag(node, "allowWhenUnavailable")));
    }

    private static boolean flag(JsonNode node, String field) {
        if (present(node, field) && !node.get(field).isBoolean()) {
            throw new InvalidFieldException(field, field + " is neither true nor false");
        }
        return node.path(field).booleanValue();
    }

    private static boolean present(JsonNode node, String field) {
        return node.hasNonNull(field);
    }

    /** Not as {@link JsonBody} reads them: keys are longer, have line feeds, and are not to be shown. */
    private static List<String> texts(JsonNode node, String field, Mistakes within) {
        JsonNode list = node.path(field);
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.isTextual() ? item.textValue() : ""));
        if (!list.isArray() || texts.size() > MAX_KEYS || texts.contains("")) {
            within.add(field, field + " is no list of up to " + MAX_KEYS + " texts");
            return List.of();
        }
        return texts;
    }

    /** Workers ask it, so it must not lead to what hands out credentials to whoever asks from this machine. */
    private static URI url(JsonNode node, String field) {
        String text = node.path(field).isTextual() ? node.path(field).textValue() : "";
        URI url = text.length() <= MAX_URL ? parsed(text) : null;
        if (url == null || url.getHost() == null || url.getRawFragment() != null || url.getPort() > MAX_PORT) {
            throw new InvalidFieldException(
                    field,
                    field + " is no URL of up to " + MAX_URL + " characters such as https://app.example.com/check");
        }
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new InvalidFieldException(field, field + " is neither an http nor an https URL");
        }
        if (url.getRawUserInfo() != null) {
            throw new InvalidFieldException(
                    field,
                    field + " holds a user or a password, which everybody who may read the configuration would see");
        }
        if (leadsAstray(url.getHost())) {
            throw new InvalidFieldException(
                    field, field + " leads to an address that no service has, or where a cloud hands out credentials");
        }
        return url;
    }

    private static @Nullable URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException notShown) {
            return null;
        }
    }

    private static boolean leadsAstray(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return METADATA_NAME.matcher(bare).matches()
                || Networks.address(bare)
                        .map(AccessCheckReader::leadsAstray)
                        .orElseGet(() -> NUMBER_AT_END.matcher(bare).find());
    }

    private static boolean leadsAstray(InetAddress address) {
        return address.isAnyLocalAddress() || address.isMulticastAddress() || Networks.CLOUD_METADATA.contain(address);
    }
}
