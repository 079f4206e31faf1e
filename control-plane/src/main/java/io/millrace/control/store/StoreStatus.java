package io.millrace.control.store;

import java.time.Instant;

/**
 * Whether a store takes writes.
 *
 * @param store what it is and where, for operators; never with a password
 * @param why empty while it is writable
 * @param since when it became what it is
 */
public record StoreStatus(String store, boolean writable, String why, Instant since) {}
