package io.millrace.control.config;

import io.millrace.control.store.Versioned;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads and changes the operators' document. */
public interface ConfigRepository {

    /** As far as is known here. */
    ClusterConfig current();

    /** As far as is known here. */
    Versioned<ClusterConfig> versioned();

    /** As the store itself says; costs a way to it. */
    Versioned<ClusterConfig> newest();

    /**
     * Applies a change to the newest document, again if another writer changed it meanwhile; durable once this returns, and the version
     * that it replaced can be gone back to. The change may refuse by throwing.
     *
     * @param actor who changes it
     * @param reason why, where the change does not say it by itself; may be empty
     */
    ConfigUpdate update(String actor, String reason, UnaryOperator<ClusterConfig> change);

    /** A change that nobody asked for. */
    default ClusterConfig update(UnaryOperator<ClusterConfig> change) {
        return update("system", "", change).after().value();
    }

    /** The current version with its history, newest first; empty as long as nothing was set. */
    List<ConfigRevision> revisions();

    /** The current version, or a former one that is still kept. */
    Optional<ConfigRevision> revision(long version);

    /** Calls back after every change, on the changing thread. */
    void onChange(Runnable listener);
}
