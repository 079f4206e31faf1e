/**
 * Compares the pages below {@code docs} with each other and with the sources of both planes, as text: nothing is started. Unit tests
 * only; nothing depends on this package.
 */
@NullMarked
package io.millrace.cluster.documents;

import org.jspecify.annotations.NullMarked;
