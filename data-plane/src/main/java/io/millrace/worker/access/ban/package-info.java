/**
 * The operators' bans at this worker: looked up for every session and every new connection, and applied to what runs when new ones come. Lookups
 * on any thread, changes on the thread {@code routing}. Uses {@code admin.sessions}; the protocols may use it.
 */
@NullMarked
package io.millrace.worker.access.ban;

import org.jspecify.annotations.NullMarked;
