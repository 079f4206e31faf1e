package io.millrace.control.api.config;

import io.millrace.control.api.Problem;
import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.config.ConfigUpdate;
import io.millrace.control.store.Versioned;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lets an operator change only what was read before: entity tags are the version of the whole configuration (RFC 9110, 13.1.1). */
final class ConfigVersion {

    private ConfigVersion() {}

    static String tag(Versioned<ClusterConfig> config) {
        return "\"" + config.version() + "\"";
    }

    /**
     * Changes the configuration, if it still is the one that the caller has seen.
     *
     * @param actor who changes it
     * @param ifMatch the caller's If-Match; null for whatever is stored
     * @param reason why, for the history; may be empty
     */
    static ConfigUpdate update(
            ConfigRepository config,
            String actor,
            @Nullable String ifMatch,
            String reason,
            UnaryOperator<ClusterConfig> change) {
        if (ifMatch == null || isAny(ifMatch)) {
            return config.update(actor, reason, change);
        }
        ClusterConfig seen = seen(config, ifMatch).value();
        return config.update(actor, reason, current -> {
            if (!current.equals(seen)) {
                throw changedMeanwhile(ifMatch, tag(config.versioned()));
            }
            return change.apply(current);
        });
    }

    /** The present configuration, if it still is what the caller has seen. */
    static Versioned<ClusterConfig> seen(ConfigRepository config, @Nullable String ifMatch) {
        Versioned<ClusterConfig> known = config.versioned();
        if (ifMatch == null || isAny(ifMatch) || names(ifMatch, known)) {
            return known;
        }
        // It may come from another control plane, whose last change is not known here yet.
        Versioned<ClusterConfig> newest = config.newest();
        if (names(ifMatch, newest)) {
            return newest;
        }
        throw changedMeanwhile(ifMatch, tag(newest));
    }

    private static boolean isAny(String ifMatch) {
        return ifMatch.strip().equals("*");
    }

    private static boolean names(String ifMatch, Versioned<ClusterConfig> config) {
        return Arrays.stream(ifMatch.split(",", -1)).anyMatch(tag -> tag.strip().equals(tag(config)));
    }

    private static WebApplicationException changedMeanwhile(String ifMatch, String tag) {
        return new WebApplicationException(Problem.of(
                        Response.Status.PRECONDITION_FAILED,
                        "the configuration has changed since you read it (If-Match " + ifMatch + ", now " + tag
                                + "); read it again")
                .toResponse());
    }
}
