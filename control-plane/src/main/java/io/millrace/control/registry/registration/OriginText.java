package io.millrace.control.registry.registration;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.model.Endpoint;
import io.millrace.model.EndpointText;
import io.millrace.model.Listener;
import java.util.List;
import java.util.regex.Pattern;

/** Reads what registrations and operators write of an origin's addresses. */
public final class OriginText {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._%:-]{1,253}");

    private OriginText() {}

    /** An IP address or a host name, without brackets. */
    public static String ip(String field, String text) {
        String ip = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!HOST.matcher(ip).matches() || ip.equals("0.0.0.0") || ip.equals("::")) {
            throw new InvalidFieldException(
                    field, field + " is '" + text + "'; it must be the address at which workers reach the origin");
        }
        return ip;
    }

    /** The endpoints of one listener; {@code ip} stands in for a missing or wildcard host. */
    public static List<Endpoint> endpoints(String field, JsonNode node, Listener listener, String ip) {
        return JsonBody.texts(field, node).stream()
                .map(text -> endpoint(field, text, listener, ip))
                .distinct()
                .toList();
    }

    private static Endpoint endpoint(String field, String text, Listener listener, String ip) {
        try {
            return EndpointText.parse(text, listener.usualTransport(), ip);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException(field, field + ": " + e.getMessage());
        }
    }
}
