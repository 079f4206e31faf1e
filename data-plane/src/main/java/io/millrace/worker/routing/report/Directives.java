package io.millrace.worker.routing.report;

import io.millrace.model.StreamKey;
import io.millrace.model.wire.Directive;
import io.millrace.worker.admin.Drain;
import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.admin.sessions.SessionTable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Carries out what the control plane asks, each directive once, and remembers what to report as done. One thread. */
final class Directives {

    private static final Logger LOG = Logger.getLogger(Directives.class);
    private static final int REMEMBERED = 1_000;
    private static final float LOAD_FACTOR = 0.75f;

    private final SessionTable sessions;
    private final Drain drain;
    private final Runnable enrolAgain;
    private final Consumer<StreamKey> forgetBinding;
    private final Set<String> unreported = new LinkedHashSet<>();
    private boolean news;
    private final Map<String, Boolean> carriedOut = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    Directives(SessionTable sessions, Drain drain, Runnable enrolAgain, Consumer<StreamKey> forgetBinding) {
        this.sessions = sessions;
        this.drain = drain;
        this.enrolAgain = enrolAgain;
        this.forgetBinding = forgetBinding;
    }

    void carryOut(List<Directive> directives) {
        for (Directive directive : directives) {
            if (directive.id() == null || directive.action() == null) {
                LOG.warnf("directive ignored, id or action missing id=%s", directive.id());
                continue;
            }
            unreported.add(directive.id());
            if (carriedOut.put(directive.id(), true) == null) {
                news = true;
                carryOut(directive);
            }
        }
    }

    private void carryOut(Directive directive) {
        LOG.infof(
                "directive id=%s action=%s reason=%s",
                directive.id(), directive.action().word(), directive.reason());
        String reason = directive.reason() == null ? "" : directive.reason();
        switch (directive.action()) {
            case END_SESSION -> {
                String session = directive.session();
                if (session != null) {
                    sessions.end(session, CloseReason.KICKED, reason);
                }
            }
            case END_STREAM -> {
                StreamKey stream = directive.stream();
                if (stream != null) {
                    // First, so that clients that reconnect at once do not resolve to the old origin.
                    forgetBinding.accept(stream);
                    sessions.endStream(stream, directive.keepOrigin(), CloseReason.MOVED, reason);
                }
            }
            case DRAIN -> drain.begin("directive " + directive.id() + " " + reason);
            case ENROL -> enrolAgain.run();
        }
    }

    List<String> done() {
        news = false;
        return List.copyOf(unreported);
    }

    void reported(List<String> done) {
        done.forEach(unreported::remove);
    }

    /** Whether anything was carried out since {@link #done}; one that is only repeated is no reason to hurry. */
    boolean hasNews() {
        return news;
    }
}
