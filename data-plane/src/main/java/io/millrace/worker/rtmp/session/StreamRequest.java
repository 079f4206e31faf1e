package io.millrace.worker.rtmp.session;

import io.millrace.model.Intent;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a client asked for, and everything that an origin has to be told of it.
 *
 * @param tcUrl as in the client's connect
 * @param app likewise
 * @param streamName with its query, as in publish or play
 * @param messageStream the message stream on which the client asked
 * @param connect the client's whole connect command
 * @param prelude commands of the client that belong before publish or play (releaseStream, FCPublish, FCSubscribe)
 * @param command the client's publish or play
 * @param bufferMillis the buffer length that the client announced before it asked, or -1
 */
public record StreamRequest(
        Intent intent,
        String tcUrl,
        String app,
        String streamName,
        int messageStream,
        RawMessage connect,
        List<RawMessage> prelude,
        RawMessage command,
        int bufferMillis) {

    public StreamRequest {
        prelude = List.copyOf(prelude);
    }

    /** The parameters of stream name, app and tcUrl, where clients put what they show; those of the stream name first. */
    public String query() {
        return Stream.of(streamName, app, tcUrl)
                .map(text -> text.substring(text.indexOf('?') < 0 ? text.length() : text.indexOf('?') + 1))
                .filter(query -> !query.isEmpty())
                .collect(Collectors.joining("&"));
    }
}
