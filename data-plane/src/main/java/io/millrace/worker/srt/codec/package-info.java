/**
 * SRT's bytes: the header of every packet, the handshake with its extensions, the stream id. No channel, clock or logger; any
 * thread. The sections named in comments are those of draft-sharabayko-srt-01.
 */
@NullMarked
package io.millrace.worker.srt.codec;

import org.jspecify.annotations.NullMarked;
