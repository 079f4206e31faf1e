package io.millrace.control.srs.hooks;

import io.millrace.control.registry.Origins;
import io.millrace.control.srs.SrsStreams;
import io.millrace.control.streams.origins.OriginReports;
import io.millrace.model.Origin;
import io.millrace.model.StreamKey;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Takes in what origins call back about. Any thread; never waits. */
final class Hooks {

    /** What became of a hook. */
    enum Outcome {
        TAKEN,
        /** Of a kind from which nothing follows here. */
        IGNORED,
        /** The origin is not registered. */
        UNKNOWN_ORIGIN,
        /** It names a stream that can have no key. */
        NO_KEY
    }

    private static final Logger LOG = Logger.getLogger(Hooks.class);
    private static final int MAX_LOGGED = 1_000;
    private static final int MAX_SHOWN = 100;

    private final HookOrigins origins;
    private final OriginReports reports;
    private final Set<String> logged = new LinkedHashSet<>();

    Hooks(Origins origins, OriginReports reports) {
        this.origins = new HookOrigins(origins);
        this.reports = reports;
    }

    Outcome take(Hook hook, String address) {
        Optional<Origin> origin = origins.find(hook, address);
        if (origin.isEmpty()) {
            logOnce(hook, address);
            return Outcome.UNKNOWN_ORIGIN;
        }
        if (!hook.action().equals(Hook.PUBLISH) && !hook.action().equals(Hook.UNPUBLISH)) {
            return Outcome.IGNORED;
        }
        Optional<StreamKey> stream = SrsStreams.key(hook.vhost(), hook.app(), hook.stream());
        if (stream.isEmpty()) {
            LOG.debugf("hook names no stream origin=%s", origin.get().displayName());
            return Outcome.NO_KEY;
        }
        if (hook.action().equals(Hook.PUBLISH)) {
            reports.published(stream.get(), origin.get().id(), hook.service(), hook.client());
        } else {
            reports.unpublished(stream.get(), origin.get().id(), hook.client());
        }
        return Outcome.TAKEN;
    }

    private void logOnce(Hook hook, String address) {
        String who = shown(hook.server()) + " service=" + shown(hook.service()) + " address=" + address;
        synchronized (logged) {
            if (!logged.add(who)) {
                return;
            }
            if (logged.size() > MAX_LOGGED) {
                logged.remove(logged.iterator().next());
            }
        }
        LOG.warnf("hook of an origin that is not registered server=%s action=%s", who, shown(hook.action()));
    }

    private static String shown(String text) {
        String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "..." : plain;
    }
}
