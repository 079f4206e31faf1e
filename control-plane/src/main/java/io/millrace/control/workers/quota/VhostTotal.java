package io.millrace.control.workers.quota;

/** What all workers have of a vhost that has limits. */
public record VhostTotal(String vhost, int publishers, int viewers, int kbps) {}
