package io.millrace.control.security;

import io.millrace.control.start.CannotStartException;
import io.millrace.control.start.StartOrder;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.settings.ClusterToken;
import io.millrace.model.settings.SecretFile;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The token of this cluster, from the setting or from the file in the data directory. */
@ApplicationScoped
class SecurityBeans {

    private static final Logger LOG = Logger.getLogger(SecurityBeans.class);

    private static final String SETTING = "MILLRACE_CLUSTER_TOKEN (millrace.cluster-token)";

    @Produces
    @Singleton
    ClusterToken token(
            @ConfigProperty(name = "millrace.cluster-token") Optional<String> setting,
            @ConfigProperty(name = "millrace.data-dir", defaultValue = "millrace-data") String dataDir) {
        try {
            ClusterToken.Loaded loaded = ClusterToken.load(setting, Path.of(dataDir));
            if (loaded.created()) {
                LOG.infof("cluster token created file=%s", loaded.file());
            }
            return loaded.token();
        } catch (IllegalArgumentException e) {
            // The value stays out of the log: it is a secret, even a bad one.
            throw new CannotStartException(
                    (setting.isPresent() ? SETTING : "file " + Path.of(dataDir, SecretFile.CLUSTER_TOKEN)) + ": "
                            + e.getMessage());
        } catch (IOException e) {
            throw new CannotStartException(SETTING + " is not set and the cluster token in the folder " + dataDir
                    + " can neither be read nor created: " + e);
        }
    }

    @Produces
    @Singleton
    RefusedCallers refusedCallers(SteadyClock clock) {
        return new RefusedCallers(clock);
    }

    /** A token that makes no sense stops the start, and not the first worker. */
    void readAtStart(@Observes @Priority(StartOrder.FILES) StartupEvent event, ClusterToken token) {
        LOG.debugf("%s read", token);
    }
}
