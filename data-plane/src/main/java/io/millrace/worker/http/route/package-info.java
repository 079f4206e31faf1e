/**
 * How a request for a piece of a stream finds the origin that wrote the playlist, at any worker and without state that workers share:
 * a signed token in the query, and a rule that reads the stream out of the path where a player dropped the token. Safe on any thread.
 */
@NullMarked
package io.millrace.worker.http.route;

import org.jspecify.annotations.NullMarked;
