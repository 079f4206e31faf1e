/**
 * Files and texts by which an operator sets the same things for both planes: the cluster token, an {@code .env} file, credentials of
 * origins. Read at start.
 */
@NullMarked
package io.millrace.model.settings;

import org.jspecify.annotations.NullMarked;
