package io.millrace.cluster.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One piece of a recorded stream. Its body is not copied: nobody changes it. */
public final class FlvTag {

    private static final int FILE_HEADER = 13;
    private static final int TAG_HEADER = 11;

    private final int type;
    private final int timestamp;
    private final byte[] body;

    public FlvTag(int type, int timestamp, byte[] body) {
        this.type = type;
        this.timestamp = timestamp;
        this.body = body;
    }

    public static List<FlvTag> readFile(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        List<FlvTag> tags = new ArrayList<>();
        if (in.remaining() < FILE_HEADER) {
            return tags;
        }
        in.position(FILE_HEADER);
        // A file whose writer was stopped may end in the middle of a tag.
        while (in.remaining() >= TAG_HEADER) {
            int type = in.get() & 0x1f;
            int length = medium(in);
            int timestamp = medium(in) | (in.get() & 0xff) << 24;
            medium(in);
            if (in.remaining() < length + 4) {
                break;
            }
            byte[] body = new byte[length];
            in.get(body);
            in.getInt();
            tags.add(new FlvTag(type, timestamp, body));
        }
        return tags;
    }

    private static int medium(ByteBuffer in) {
        return (in.get() & 0xff) << 16 | (in.get() & 0xff) << 8 | (in.get() & 0xff);
    }

    /** The H.264 access units of a stream, one behind the other, without headers and time stamps. */
    public static byte[] video(List<FlvTag> tags) {
        return elementary(tags, Message.VIDEO, 5);
    }

    /** The raw AAC frames of a stream, one behind the other. */
    public static byte[] audio(List<FlvTag> tags) {
        return elementary(tags, Message.AUDIO, 2);
    }

    private static byte[] elementary(List<FlvTag> tags, int type, int header) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (FlvTag tag : tags) {
            // Packet type 1 is media; 0 is the sequence header, 2 the end of a sequence.
            if (tag.type == type && tag.body.length > header && tag.body[1] == 1) {
                out.write(tag.body, header, tag.body.length - header);
            }
        }
        return out.toByteArray();
    }

    public int type() {
        return type;
    }

    public int timestamp() {
        return timestamp;
    }

    public byte[] body() {
        return body;
    }

    /** A decoder needs these before anything else, and only once. */
    public boolean isHeader() {
        boolean media = type == Message.VIDEO || type == Message.AUDIO;
        return type == Message.DATA || (media && body.length > 1 && body[1] == 0);
    }

    /** Publishers mark metadata as something to keep for later viewers. */
    byte[] publishedBody() {
        if (type != Message.DATA) {
            return body;
        }
        byte[] mark = Amf0.encode("@setDataFrame");
        byte[] marked = Arrays.copyOf(mark, mark.length + body.length);
        System.arraycopy(body, 0, marked, mark.length, body.length);
        return marked;
    }
}
