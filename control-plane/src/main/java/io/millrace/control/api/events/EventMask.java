package io.millrace.control.api.events;

import io.millrace.control.events.Event;
import io.millrace.control.security.ClientAddresses;

/** Events as those see them who may not know addresses of clients. */
final class EventMask {

    private EventMask() {}

    static boolean changes(Event event) {
        return event.kind().isAboutClients();
    }

    static Event of(Event event) {
        return changes(event)
                ? new Event(
                        event.id(),
                        event.at(),
                        event.kind(),
                        event.subject(),
                        ClientAddresses.maskedIn(event.actor()),
                        ClientAddresses.maskedIn(event.message()),
                        event.controlPlane())
                : event;
    }
}
