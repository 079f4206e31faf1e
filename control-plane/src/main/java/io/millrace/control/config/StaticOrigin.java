package io.millrace.control.config;

import io.millrace.model.Endpoint;
import io.millrace.model.Listener;
import io.millrace.model.OriginId;
import io.millrace.model.OriginKind;
import java.util.List;
import java.util.Map;

/** An origin that an operator added by hand and that is probed, since it does not tell us that it lives. */
public record StaticOrigin(
        OriginId id,
        String server,
        String ip,
        OriginKind kind,
        Map<Listener, List<Endpoint>> endpoints,
        String zone,
        Map<String, String> labels,
        int weight) {}
