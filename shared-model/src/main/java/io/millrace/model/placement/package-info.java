/**
 * Where a new stream may go and where it goes without a decision of the control plane: rules, eligibility, the rendezvous order. Pure functions and immutable
 * records; both planes compute the same. Uses the model's root; {@code table} uses it.
 */
@NullMarked
package io.millrace.model.placement;

import org.jspecify.annotations.NullMarked;
