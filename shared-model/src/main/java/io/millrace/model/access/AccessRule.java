package io.millrace.model.access;

import io.millrace.model.Glob;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;

/**
 * What clients must show for the streams of a pattern.
 *
 * @param vhost pattern; {@code *} stands for any run of characters, {@code ?} for one
 * @param app pattern
 * @param stream pattern
 */
public record AccessRule(String name, String vhost, String app, String stream, AccessCheck publish, AccessCheck play) {

    public boolean matches(StreamKey key) {
        return Glob.matches(vhost, key.vhost()) && Glob.matches(app, key.app()) && Glob.matches(stream, key.stream());
    }

    public AccessCheck check(Intent intent) {
        return intent == Intent.PUBLISH ? publish : play;
    }
}
