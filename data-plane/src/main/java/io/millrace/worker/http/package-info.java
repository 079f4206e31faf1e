/**
 * What a client asks for over HTTP and how it is answered. The root holds the seam: {@link Exchange}, {@link HttpService}; inside,
 * {@code server} accepts connections and speaks HTTP/1 and HTTP/2 with clients, {@code origin} speaks with origins. FLV, HLS,
 * DASH, the API and files are services that stand on it; it knows none of them. All of it on the client's event loop.
 */
@NullMarked
package io.millrace.worker.http;

import org.jspecify.annotations.NullMarked;
