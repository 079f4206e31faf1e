package io.millrace.model.access;

/**
 * What a worker has of a vhost that has limits.
 *
 * @param kbps to viewers, of the sessions that are open
 */
public record VhostUse(String vhost, int publishers, int viewers, int kbps) {}
