package io.millrace.control.api.access;

import io.millrace.control.api.Mistakes;
import io.millrace.control.api.Parameters;
import io.millrace.control.errors.InvalidFieldException;
import io.millrace.control.json.JsonBody;
import io.millrace.model.Intent;
import io.millrace.model.StreamKey;

/** The stream that a body names, and what is to be done with it. */
record StreamNamed(StreamKey stream, Intent intent) {

    private static final StreamNamed OTHERWISE = new StreamNamed(new StreamKey("v", "a", "s"), Intent.PLAY);

    /** What could be read; whether that is all the mistakes tell. */
    static StreamNamed read(JsonBody body, Mistakes mistakes) {
        String vhost = mistakes.read("", () -> body.optionalText("vhost").orElse(""));
        String app = mistakes.read("a", () -> body.text("app"));
        String stream = mistakes.read("s", () -> body.text("stream"));
        return new StreamNamed(
                mistakes.read(OTHERWISE.stream(), () -> key(vhost, app, stream)),
                mistakes.read(
                        OTHERWISE.intent(),
                        () -> Parameters.word("intent", body.text("intent"), Intent.values(), Intent::word)));
    }

    private static StreamKey key(String vhost, String app, String stream) {
        try {
            return StreamKey.of(vhost, app, stream);
        } catch (IllegalArgumentException e) {
            throw new InvalidFieldException("stream", "stream: " + e.getMessage());
        }
    }
}
