/**
 * Stores on a Redis (or Valkey) server that several control planes share: alone, behind Sentinel, or as a Cluster. The scripts beside
 * the classes decide; every control plane keeps a complete copy that it answers from. See docs/adr/0009.
 *
 * <p>Any thread may use a store and waits at most for one answer. Two threads belong to the stores: one keeps the connection, ends what
 * has expired and repairs copies; the other applies what other control planes did and tells listeners. No package depends on this one.
 */
@NullMarked
package io.millrace.control.store.redis;

import org.jspecify.annotations.NullMarked;
