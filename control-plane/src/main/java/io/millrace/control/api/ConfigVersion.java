package io.millrace.control.api;

import io.millrace.control.config.ClusterConfig;
import io.millrace.control.config.ConfigRepository;
import io.millrace.control.store.Versioned;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Lets an operator change only what he has seen: entity tags are the version of the whole configuration (RFC 9110, 13.1.1). */
final class ConfigVersion {

    private ConfigVersion() {}

    static String tag(Versioned<ClusterConfig> config) {
        return "\"" + config.version() + "\"";
    }

    /**
     * Changes the configuration, if it still is the one that the caller has seen.
     *
     * @param ifMatch the caller's If-Match; null when he does not care
     */
    static void update(ConfigRepository config, @Nullable String ifMatch, UnaryOperator<ClusterConfig> change) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            config.update(change);
            return;
        }
        Versioned<ClusterConfig> seen = config.versioned();
        boolean matches = Arrays.stream(ifMatch.split(",", -1))
                .anyMatch(tag -> tag.strip().equals(tag(seen)));
        if (!matches) {
            throw changedMeanwhile(ifMatch, tag(seen));
        }
        config.update(current -> {
            if (!current.equals(seen.value())) {
                throw changedMeanwhile(ifMatch, tag(config.versioned()));
            }
            return change.apply(current);
        });
    }

    private static WebApplicationException changedMeanwhile(String ifMatch, String tag) {
        return new WebApplicationException(Problem.of(
                        Response.Status.PRECONDITION_FAILED,
                        "the configuration has changed since you read it (If-Match " + ifMatch + ", now " + tag
                                + "); read it again")
                .toResponse());
    }
}
