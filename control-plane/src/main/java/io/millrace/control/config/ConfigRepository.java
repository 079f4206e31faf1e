package io.millrace.control.config;

import io.millrace.control.store.Versioned;
import java.util.function.UnaryOperator;

/** Reads and changes the operators' document. */
public interface ConfigRepository {

    ClusterConfig current();

    Versioned<ClusterConfig> versioned();

    /**
     * Applies a change to the newest document, again if somebody else changed it meanwhile; durable once this returns. The
     * change may refuse by throwing.
     */
    ClusterConfig update(UnaryOperator<ClusterConfig> change);

    /** Calls back after every change, on the changing thread. */
    void onChange(Runnable listener);
}
