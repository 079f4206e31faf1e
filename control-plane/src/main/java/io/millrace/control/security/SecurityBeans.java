package io.millrace.control.security;

import io.millrace.control.start.CannotStartException;
import io.millrace.control.start.StartOrder;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.settings.SecretFile;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
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
        if (setting.isPresent()) {
            return tokenOf(setting.get(), SETTING);
        }
        try {
            SecretFile.Content found =
                    SecretFile.readOrCreate(Path.of(dataDir), SecretFile.CLUSTER_TOKEN, new SecureRandom());
            if (found.created()) {
                LOG.infof("cluster token created file=%s", found.file());
            }
            return tokenOf(found.token(), "file " + found.file());
        } catch (IOException e) {
            throw new CannotStartException(SETTING + " is not set and the cluster token in the folder " + dataDir
                    + " can neither be read nor created: " + e);
        }
    }

    private static ClusterToken tokenOf(String text, String source) {
        try {
            return new ClusterToken(text);
        } catch (IllegalArgumentException e) {
            // The value stays out of the log: it is a secret, even a bad one.
            throw new CannotStartException(source + ": " + e.getMessage());
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
