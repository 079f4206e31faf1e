package io.millrace.worker.rtmp.session;

import io.millrace.model.Intent;
import io.millrace.worker.rtmp.codec.AmfValue;
import io.millrace.worker.rtmp.codec.Command;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;

/** Refusals in terms of RTMP (section 7.2). */
public enum StatusWords {
    /** There is no origin, or it cannot be reached. */
    FAILED("NetStream.Publish.Failed", "NetStream.Play.Failed"),
    /** The name names no stream. */
    BAD_NAME("NetStream.Publish.BadName", "NetStream.Play.StreamNotFound"),
    /** We do not want this connection now. */
    REJECTED("NetConnection.Connect.Rejected", "NetConnection.Connect.Rejected");

    /** The chunk stream on which servers usually report on streams. */
    private static final int STATUS_CHUNK_STREAM = 5;

    private final String publishCode;
    private final String playCode;

    StatusWords(String publishCode, String playCode) {
        this.publishCode = publishCode;
        this.playCode = playCode;
    }

    public void write(ByteBuf out, int chunkSize, Intent intent, int messageStream, String description) {
        writeStatus(out, chunkSize, messageStream, intent == Intent.PUBLISH ? publishCode : playCode, description);
    }

    /** Passes on why an origin refuses. */
    public static void writeOriginRefusal(ByteBuf out, int chunkSize, int messageStream, AmfValue.Members originInfo) {
        String code = originInfo.text("code");
        writeStatus(
                out,
                chunkSize,
                messageStream,
                code.isEmpty() ? "NetConnection.Connect.Rejected" : code,
                originInfo.text("description"));
    }

    private static void writeStatus(ByteBuf out, int chunkSize, int messageStream, String code, String description) {
        Map<String, AmfValue> info = new LinkedHashMap<>();
        info.put("level", new AmfValue.Text("error"));
        info.put("code", new AmfValue.Text(code));
        info.put("description", new AmfValue.Text(description));
        Command.of("onStatus", 0, AmfValue.Nothing.NULL, new AmfValue.Members(info))
                .write(out, chunkSize, STATUS_CHUNK_STREAM, messageStream);
    }
}
