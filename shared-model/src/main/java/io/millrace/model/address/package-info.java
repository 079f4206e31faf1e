/**
 * Addresses of clients: which of them count as one, and how many places each may take. Any thread; uses nothing else.
 */
@NullMarked
package io.millrace.model.address;

import org.jspecify.annotations.NullMarked;
