package io.millrace.worker.admin.sessions;

/**
 * What an operator allows the session table.
 *
 * @param maxSessions further clients are turned away
 * @param maxAddressShare how many percent of them one address may have
 * @param maxWaitedFor streams without a publisher that players wait for
 * @param maxWaitedForPerAddress of these, those that players of one address wait for
 */
public record SessionLimits(int maxSessions, int maxAddressShare, int maxWaitedFor, int maxWaitedForPerAddress) {}
