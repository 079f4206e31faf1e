package io.millrace.control.streams.origins;

import io.millrace.model.Incarnation;
import io.millrace.model.OriginId;

/**
 * That an origin was asked for its streams; what it answered is in the {@link ListPart parts}, which stay as they are from one answer
 * to the next where nothing changed.
 *
 * @param writer the run of the control plane that asked
 * @param incarnation the run of the origin that answered
 * @param agoMillis how long ago that was when this was written; the clocks of two control planes need not agree
 * @param complete whether a stream that is not in the list is not live
 * @param parts how many there are
 * @param digest of all that is in them, to tell whether they belong to this answer
 */
record ListHead(
        String writer,
        OriginId origin,
        Incarnation incarnation,
        long agoMillis,
        boolean complete,
        int parts,
        long digest) {}
