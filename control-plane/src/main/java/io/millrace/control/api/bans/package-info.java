/**
 * Bans and revocations, as operators make and lift them. Runs on Quarkus's worker threads; nothing depends on this package.
 */
@NullMarked
package io.millrace.control.api.bans;

import org.jspecify.annotations.NullMarked;
