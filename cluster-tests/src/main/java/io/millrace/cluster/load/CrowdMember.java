package io.millrace.cluster.load;

import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/** One viewer of a crowd, served by the crowd's only thread. */
interface CrowdMember {

    /**
     * @param buffer scratch space, shared by all
     * @return bytes read
     */
    int ready(SelectionKey key, ByteBuffer buffer);

    boolean isPlaying();

    /** Whether something came since then. */
    boolean sawFrameSince(long nanos);

    /** What happened to it, for people. */
    String story();

    void close();
}
