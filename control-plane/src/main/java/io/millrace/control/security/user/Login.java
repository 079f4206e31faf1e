package io.millrace.control.security.user;

import java.time.Instant;

/**
 * Somebody is logged in.
 *
 * @param generation of the user, when that was
 * @param since by the time of day, which is the same for all control planes
 */
public record Login(String user, int generation, Instant since) {}
