/**
 * Everything in SRS's own HTTP dialect: answers with a code instead of problems, numbers that may be texts. Runs on
 * Quarkus's worker threads; only the packages below it depend on this one.
 */
@NullMarked
package io.millrace.control.srs;

import org.jspecify.annotations.NullMarked;
