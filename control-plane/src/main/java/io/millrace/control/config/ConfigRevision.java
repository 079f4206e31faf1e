package io.millrace.control.config;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of the operators' document.
 *
 * @param at when it became what counts; null if that was before such things were noted
 * @param actor who made it; empty if that was not noted
 * @param summary what it changed, in one line
 */
public record ConfigRevision(long version, @Nullable Instant at, String actor, String summary, ClusterConfig config) {}
