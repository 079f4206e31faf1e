/**
 * What operators see of the streams and do to them, draining included. Any thread; may wait for the store. Imports resolve; api, srs and
 * peers depend on it.
 */
@NullMarked
package io.millrace.control.streams.admin;

import org.jspecify.annotations.NullMarked;
