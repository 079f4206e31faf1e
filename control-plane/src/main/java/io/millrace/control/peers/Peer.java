package io.millrace.control.peers;

import java.time.Instant;

/**
 * A control plane as the others know it.
 *
 * @param run the id of this run of its process
 * @param name of its host, for people
 * @param url where the others reach its API; empty when it does not know
 */
public record Peer(String run, String name, String url, String version, Instant since) {}
