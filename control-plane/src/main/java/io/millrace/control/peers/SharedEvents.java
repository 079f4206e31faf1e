package io.millrace.control.peers;

import io.millrace.control.events.Event;
import java.util.List;

/** Some events of one control plane, in their order; their ids mean something only there. */
public record SharedEvents(List<Event> events) {

    public SharedEvents {
        events = List.copyOf(events);
    }
}
