/**
 * What a client asks for over HTTP and how it is answered. This package holds the seam: {@link Exchange}, {@link HttpService}; inside,
 * {@code listen} accepts connections, {@code server} and {@code server.http2} read requests and frame answers, {@code origin} has the
 * connections to origins, {@code semantics} what RFC 9110 says of headers. FLV, HLS, DASH, the API and files are services on top of it; it
 * knows none of them. All of it on the client's event loop.
 */
@NullMarked
package io.millrace.worker.http;

import org.jspecify.annotations.NullMarked;
