/** The framing of endless bodies: HTTP's chunks, WebSocket's frames. Pure; knows no channel. */
@NullMarked
package io.millrace.worker.flv.codec;

import org.jspecify.annotations.NullMarked;
