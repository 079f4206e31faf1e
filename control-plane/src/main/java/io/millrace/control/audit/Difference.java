package io.millrace.control.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two values without what they have in common, without secrets and not longer than an entry may be. A secret that was replaced by another shows
 * that it was, and nothing else.
 */
record Difference(@Nullable JsonNode before, @Nullable JsonNode after) {

    /** Of one side, in characters. */
    static final int MAX_LENGTH = 3_000;

    private static final String HIDDEN = "***";

    /** Of members of what operators configure; a value under such a name is never stored, whatever it is. */
    private static final Pattern SECRET_NAME = Pattern.compile(
            "password|passwd|passphrase|secret|token|credential|hash|salt|authorization|cookie|pem|jwk|hmac|keys?$");

    private static final Pattern USER_IN_URL = Pattern.compile("//[^/@\\s]*@");
    private static final Pattern SECRET_IN_QUERY = Pattern.compile(
            "([?&;][^=&;\\s]*(?:token|secret|key|pass|sign|auth|credential)[^=&;\\s]*=)[^&;\\s]*",
            Pattern.CASE_INSENSITIVE);

    static Difference of(@Nullable JsonNode before, @Nullable JsonNode after) {
        JsonNode left = before == null || before.isNull() ? null : before.deepCopy();
        JsonNode right = after == null || after.isNull() ? null : after.deepCopy();
        if (left != null && right != null) {
            if (left.equals(right)) {
                return new Difference(null, null);
            }
            prune(left, right);
        }
        return new Difference(shown(left), shown(right));
    }

    private static void prune(JsonNode left, JsonNode right) {
        if (left instanceof ObjectNode a && right instanceof ObjectNode b) {
            Set<String> both = new HashSet<>();
            a.fieldNames().forEachRemaining(name -> {
                if (b.has(name)) {
                    both.add(name);
                }
            });
            for (String name : both) {
                if (a.get(name).equals(b.get(name))) {
                    a.remove(name);
                    b.remove(name);
                } else {
                    prune(a.get(name), b.get(name));
                }
            }
        } else if (left instanceof ArrayNode a && right instanceof ArrayNode b) {
            Set<JsonNode> common = new HashSet<>();
            a.forEach(common::add);
            Set<JsonNode> others = new HashSet<>();
            b.forEach(others::add);
            common.retainAll(others);
            // The same items in another order: then the order is what has changed.
            if (common.size() < Math.max(a.size(), b.size())) {
                removeAll(a, common);
                removeAll(b, common);
            }
        }
    }

    private static void removeAll(ArrayNode from, Set<JsonNode> items) {
        for (int n = from.size() - 1; n >= 0; n--) {
            if (items.contains(from.get(n))) {
                from.remove(n);
            }
        }
    }

    private static @Nullable JsonNode shown(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        JsonNode safe = withoutSecrets(value);
        String text = safe.toString();
        return text.length() <= MAX_LENGTH
                ? safe
                : TextNode.valueOf(text.substring(0, MAX_LENGTH) + "... (" + text.length() + " characters)");
    }

    private static JsonNode withoutSecrets(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode safe = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> member : object.properties()) {
                    boolean says =
                            !member.getValue().isNull() && !member.getValue().isBoolean();
                    safe.set(
                            member.getKey(),
                            says && isSecret(member.getKey())
                                    ? TextNode.valueOf(HIDDEN)
                                    : withoutSecrets(member.getValue()));
                }
                yield safe;
            }
            case ArrayNode array -> {
                ArrayNode safe = JsonNodeFactory.instance.arrayNode();
                array.forEach(item -> safe.add(withoutSecrets(item)));
                yield safe;
            }
            case TextNode text -> TextNode.valueOf(text(text.textValue()));
            default -> value;
        };
    }

    private static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).find();
    }

    private static String text(String text) {
        String withoutUser = USER_IN_URL.matcher(text).replaceAll("//" + HIDDEN + "@");
        return SECRET_IN_QUERY.matcher(withoutUser).replaceAll("$1" + HIDDEN);
    }
}
