package io.millrace.control.events;

import java.time.Instant;

/**
 * Something that happened.
 *
 * @param subject what it happened to: an origin id, a stream key, a worker's name
 * @param actor who did it: {@code system}, {@code worker NAME}, {@code origin NAME}, or the name of a person or token
 * @param message one sentence for people
 * @param controlPlane the run of the control plane on which it happened
 */
public record Event(
        long id, Instant at, EventKind kind, String subject, String actor, String message, String controlPlane) {}
