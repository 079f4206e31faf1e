/**
 * Stores inside one process: in memory, and in memory with a snapshot file behind it. Any thread; expiry and notices of it run
 * on whichever thread touches the store next, or on the sweeping thread of {@link
 * io.millrace.control.store.memory.MemoryStores}.
 */
@NullMarked
package io.millrace.control.store.memory;

import org.jspecify.annotations.NullMarked;
