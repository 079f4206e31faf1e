/**
 * The routing table, its versions and what changes between two of them, and the settings of the cluster that it carries. Immutable records.
 * Uses {@code placement} and the model's root.
 */
@NullMarked
package io.millrace.model.table;

import org.jspecify.annotations.NullMarked;
