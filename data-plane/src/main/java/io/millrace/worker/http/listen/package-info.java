/**
 * The listeners of HTTP and HTTPS, and what their new connections become: HTTP/1 or HTTP/2, behind TLS or not. Only {@code wiring} uses
 * it. Connections begin on their own event loops.
 */
@NullMarked
package io.millrace.worker.http.listen;

import org.jspecify.annotations.NullMarked;
