package io.millrace.control.security.user;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody who may log in.
 *
 * @param generation grows with every change that ends log-ins
 * @param knownFrom address groups from which this user has logged in, newest first
 */
public record User(
        String name, String role, PasswordHash password, int generation, Instant createdAt, List<String> knownFrom) {

    private static final int MAX_KNOWN = 8;

    public User {
        knownFrom = List.copyOf(knownFrom);
    }

    User withPassword(PasswordHash next) {
        return new User(name, role, next, generation + 1, createdAt, knownFrom);
    }

    User withRole(String next) {
        return new User(name, next, password, generation + 1, createdAt, knownFrom);
    }

    User seenAt(String addressGroup) {
        List<String> known = new ArrayList<>(knownFrom);
        known.remove(addressGroup);
        known.addFirst(addressGroup);
        return new User(
                name, role, password, generation, createdAt, known.subList(0, Math.min(MAX_KNOWN, known.size())));
    }
}
