package io.millrace.control.security;

import java.util.List;
import java.util.Set;

/** Who may do what, for {@link jakarta.annotation.security.RolesAllowed}. Of the three for people each may do what those before it may. */
public final class Roles {

    /** Reads everything but addresses of clients and secrets. */
    public static final String VIEWER = "viewer";

    /** Also sees addresses, and does what can be undone at night: kick, move, cordon, drain, weights and labels. */
    public static final String OPERATOR = "operator";

    /** Also changes what lasts: rules, vhosts, settings, origins, and who may do what. */
    public static final String ADMIN = "admin";

    /** Reads metrics. */
    public static final String EXPORTER = "exporter";

    private static final List<String> OF_PEOPLE = List.of(VIEWER, OPERATOR, ADMIN);

    private Roles() {}

    /** The role with those that it includes. */
    public static Set<String> including(String role) {
        int rank = OF_PEOPLE.indexOf(role);
        return rank < 0 ? Set.of(role) : Set.copyOf(OF_PEOPLE.subList(0, rank + 1));
    }
}
