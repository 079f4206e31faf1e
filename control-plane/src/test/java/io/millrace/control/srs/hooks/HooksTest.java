package io.millrace.control.srs.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.control.registry.OriginsStandIn;
import io.millrace.model.Incarnation;
import io.millrace.model.Origin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HooksTest {

    private static Origin origin(String id, String server, String ip, Incarnation incarnation) {
        Origin model = OriginsStandIn.origin(id);
        return new Origin(
                model.id(),
                server,
                ip,
                incarnation,
                model.kind(),
                model.endpoints(),
                "",
                model.labels(),
                model.weight(),
                model.state(),
                model.admission());
    }

    @ParameterizedTest
    @CsvSource({
        // Two runs on one machine that share their server id.
        "vid-1,s-1,10.0.0.1,a",
        "vid-1,s-2,10.0.0.1,b",
        // A service on its own decides nothing, and the address alone does not either.
        "vid-9,s-1,10.0.0.1,''",
        "vid-1,s-9,10.0.0.1,''",
        // Behind another address than it registered with.
        "vid-2,s-3,192.0.2.7,c",
        // Restarted, and not registered since.
        "vid-2,s-9,10.0.0.2,c",
        "vid-2,s-9,192.0.2.7,''",
        // Added by hand.
        "vid-9,s-9,10.0.0.3,d",
        "vid-9,s-9,10.0.0.4,''"
    })
    void findsTheOriginThatAHookIsFrom(String server, String service, String address, String found) {
        OriginsStandIn origins = new OriginsStandIn();
        origins.put(
                origin("a", "vid-1", "10.0.0.1", new Incarnation("s-1", "1")),
                origin("b", "vid-1", "10.0.0.1", new Incarnation("s-2", "2")),
                origin("c", "vid-2", "10.0.0.2", new Incarnation("s-3", "3")),
                origin("d", "edge-d", "10.0.0.3", Incarnation.UNKNOWN),
                origin("e", "edge-e", "10.0.0.4", Incarnation.UNKNOWN),
                origin("f", "edge-f", "10.0.0.4", Incarnation.UNKNOWN));
        Hook hook = new Hook("on_publish", server, service, "c", "v", "live", "s");
        assertThat(new HookOrigins(origins)
                        .find(hook, address)
                        .map(origin -> origin.id().value())
                        .orElse(""))
                .isEqualTo(found);
    }
}
