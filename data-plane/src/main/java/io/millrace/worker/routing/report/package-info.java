/**
 * What this worker reports to the control plane: enrolment, reports, failures of origins; and the directives that come back.
 *
 * <p>Its state lives on the thread {@code routing}. Uses the other rooms; none uses it.
 */
@NullMarked
package io.millrace.worker.routing.report;

import org.jspecify.annotations.NullMarked;
