/**
 * Sessions in listings. Values, for any thread; workers, api, srs and peers depend on it.
 */
@NullMarked
package io.millrace.control.workers.session;

import org.jspecify.annotations.NullMarked;
