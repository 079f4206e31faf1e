/**
 * Certificates and private keys out of PEM files, checked, and read again when the files change. Reading blocks; a {@code WatchedPair} is used by
 * one thread at a time. Both planes use it.
 */
@NullMarked
package io.millrace.model.tls;

import org.jspecify.annotations.NullMarked;
