package io.millrace.worker.admin;

/**
 * What an operator allows the session table.
 *
 * @param maxSessions further clients are turned away
 */
public record SessionLimits(int maxSessions) {}
