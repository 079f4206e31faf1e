package io.millrace.control.security.user;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who may log in.
 *
 * @param generation grows with every change that ends log-ins
 * @param knownFrom address groups and marks of browsers from which this user has logged in, newest first
 */
public record User(
        String name, String role, PasswordHash password, int generation, Instant createdAt, List<String> knownFrom) {

    private static final int MAX_KNOWN = 16;

    public User {
        knownFrom = List.copyOf(knownFrom);
    }

    boolean isKnown(String addressGroupOrMark) {
        return knownFrom.contains(addressGroupOrMark);
    }

    User withPassword(PasswordHash next) {
        return new User(name, role, next, generation + 1, createdAt, knownFrom);
    }

    User withRole(String next) {
        return new User(name, next, password, generation + 1, createdAt, knownFrom);
    }

    User seenAt(String addressGroupOrMark) {
        List<String> known = new ArrayList<>(knownFrom);
        known.remove(addressGroupOrMark);
        known.addFirst(addressGroupOrMark);
        return new User(
                name, role, password, generation, createdAt, known.subList(0, Math.min(MAX_KNOWN, known.size())));
    }
}
