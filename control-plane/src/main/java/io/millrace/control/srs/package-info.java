/**
 * Everything that speaks SRS's own HTTP dialect: answers with a code instead of problems, numbers that may be texts. Runs on
 * Quarkus's worker threads; nothing depends on this package.
 */
@NullMarked
package io.millrace.control.srs;

import org.jspecify.annotations.NullMarked;
