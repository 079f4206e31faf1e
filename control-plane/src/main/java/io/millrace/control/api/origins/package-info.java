/**
 * Origins as operators see and change them. Runs on Quarkus's worker threads; api.config reads origins with it.
 */
@NullMarked
package io.millrace.control.api.origins;

import org.jspecify.annotations.NullMarked;
