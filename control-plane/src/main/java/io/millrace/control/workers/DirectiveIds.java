package io.millrace.control.workers;

import java.util.concurrent.atomic.AtomicLong;

/** Names directives so that no other control plane, and no run of this one, gives the same name. Any thread. */
final class DirectiveIds {

    private final String run;
    private final AtomicLong last = new AtomicLong();

    DirectiveIds(String run) {
        this.run = run;
    }

    String next() {
        return run + "-" + last.incrementAndGet();
    }
}
