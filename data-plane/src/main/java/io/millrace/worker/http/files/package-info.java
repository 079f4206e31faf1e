/**
 * Files over HTTP: a folder of the operator's, or the player page that comes with the worker. Answers whatever no other service
 * claims. Requests and answers live on the client's event loop; the disk is touched on a few threads of its own. Only {@code wiring}
 * depends on it.
 */
@NullMarked
package io.millrace.worker.http.files;

import org.jspecify.annotations.NullMarked;
