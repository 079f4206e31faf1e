/** The audit, for administrators. Runs on Quarkus's worker threads; nothing depends on this package. */
@NullMarked
package io.millrace.control.api.audit;

import org.jspecify.annotations.NullMarked;
