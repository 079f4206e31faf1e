package io.millrace.model.access;

import io.millrace.model.Glob;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;
import io.millrace.model.address.Network;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that are not allowed: those to which all of this applies. They are refused, and ended where they run.
 *
 * @param network of the client; null for any
 * @param vhost pattern; {@code *} stands for any run of characters, {@code ?} for one
 * @param app pattern
 * @param stream pattern
 * @param subject whom the session's credential names; null for any, and for sessions without one
 * @param intent null for publishing and playing
 */
public record Ban(
        String id,
        @Nullable Network network,
        String vhost,
        String app,
        String stream,
        @Nullable String subject,
        @Nullable Intent intent) {

    /** In characters; a credential that names a longer subject is refused. */
    public static final int MAX_SUBJECT = 256;

    private static final String ANY = "*";

    /**
     * @param address of the client; null where it is unknown, to which no ban of a network applies
     * @param who whom its credential names
     */
    public boolean appliesTo(@Nullable Network address, StreamKey key, @Nullable String who, Intent what) {
        return (network == null || (address != null && network.contains(address)))
                && appliesToStream(key)
                && (subject == null || subject.equals(who))
                && (intent == null || intent == what);
    }

    public boolean appliesToStream(StreamKey key) {
        return Glob.matches(vhost, key.vhost()) && Glob.matches(app, key.app()) && Glob.matches(stream, key.stream());
    }

    /** Whether it applies to every stream. */
    public boolean coversAllStreams() {
        return vhost.equals(ANY) && app.equals(ANY) && stream.equals(ANY);
    }

    /** Whether its patterns name one stream only. */
    public boolean namesOneStream() {
        return isPlain(vhost) && isPlain(app) && isPlain(stream);
    }

    private static boolean isPlain(String pattern) {
        return pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0;
    }

    /** Whether it would ban everybody from everything. */
    public boolean coversEverybody() {
        return coversAllStreams() && subject == null && (network == null || network.bits() == 0);
    }
}
