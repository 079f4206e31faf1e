package io.millrace.worker.wiring;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.worker.api.ClusterVersions;
import io.millrace.worker.api.VersionsService;
import io.millrace.worker.http.HttpPort;
import io.millrace.worker.http.HttpService;
import io.millrace.worker.routing.client.ControlPlaneProxy;
import io.millrace.worker.settings.WorkerSettings;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Builds what answers of SRS's HTTP API at both ports. */
@Singleton
class ApiBeans {

    /** Load balancers' probes seldom wait for more than a second. */
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6}).*");

    @Produces
    @Singleton
    ClusterVersions clusterVersions(
            ControlPlaneProxy controlPlane,
            WorkerSettings worker,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "0") String version) {
        return new ClusterVersions(controlPlane, own(worker.name(), version), TIMEOUT, System::nanoTime);
    }

    /** The members that the control plane's answer has, of this process. */
    static String own(String worker, String version) {
        Matcher numbers = NUMBERS.matcher(version);
        boolean known = numbers.matches();
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("code", 0)
                .put("server", "millrace")
                .put("service", worker)
                .put("pid", Long.toString(ProcessHandle.current().pid()));
        answer.putObject("data")
                .put("major", known ? Integer.parseInt(numbers.group(1)) : 0)
                .put("minor", known ? Integer.parseInt(numbers.group(2)) : 0)
                .put("revision", known ? Integer.parseInt(numbers.group(3)) : 0)
                .put("version", version);
        return answer.put("signature", "millrace").put("version", version).toString();
    }

    @Produces
    @Singleton
    HttpService versionsOnMediaPort(ClusterVersions versions) {
        return new VersionsService(HttpPort.MEDIA, versions);
    }

    @Produces
    @Singleton
    HttpService versionsOnApiPort(ClusterVersions versions) {
        return new VersionsService(HttpPort.API, versions);
    }
}
