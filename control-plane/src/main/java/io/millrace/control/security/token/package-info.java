/**
 * API tokens for machines: made, listed and revoked by REST, kept as hashes in a store that all control planes share. Any thread; a token
 * is found without waiting.
 */
@NullMarked
package io.millrace.control.security.token;

import org.jspecify.annotations.NullMarked;
