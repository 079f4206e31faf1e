package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes random messages the way terse senders do: headers as short as the history allows, chunks of several chunk streams
 * interleaved. Written apart from the product's writer, which knows only headers of format 0.
 */
final class RandomMessages {

    /** One message as sender and receiver should see it. */
    record Expected(int chunkStream, int type, int messageStream, int timestamp, ByteBuf payload) {}

    private static final class History {
        int timestamp;
        int delta;
        int length;
        int type;
        int messageStream;
        int field;
        boolean extended;
        boolean known;
    }

    private static final class Pending {
        final int chunkStream;
        final byte[] payload;
        int sent;

        Pending(int chunkStream, byte[] payload) {
            this.chunkStream = chunkStream;
            this.payload = payload;
        }
    }

    private final Random random;
    private final boolean repeatsExtended;
    private final Map<Integer, History> histories = new HashMap<>();
    private final List<Expected> expected = new ArrayList<>();
    private final List<Integer> boundaries = new ArrayList<>();
    private int chunkSize = 128;

    RandomMessages(Random random, boolean repeatsExtended) {
        this.random = random;
        this.repeatsExtended = repeatsExtended;
    }

    /** In the order in which they become whole. */
    List<Expected> expected() {
        return expected;
    }

    /** Offsets in the output at which no message is under way. */
    List<Integer> boundaries() {
        return boundaries;
    }

    ByteBuf write(int count) {
        ByteBuf out = Unpooled.buffer(64 * 1024);
        int[] ids = {3, 4, 5, 6, 63, 64, 319, 320, 65_599};
        int written = 0;
        while (written < count) {
            List<Pending> group = new ArrayList<>();
            int together = 1 + random.nextInt(3);
            for (int i = 0; i < together && written < count; i++) {
                int id = ids[random.nextInt(ids.length)];
                if (group.stream().noneMatch(pending -> pending.chunkStream == id)) {
                    group.add(begin(out, id));
                    written++;
                }
            }
            while (!group.isEmpty()) {
                Pending pending = group.get(random.nextInt(group.size()));
                if (pending.sent == pending.payload.length) {
                    group.remove(pending);
                } else {
                    proceed(out, pending);
                }
            }
            boundaries.add(out.writerIndex());
            if (random.nextInt(10) == 0) {
                changeChunkSize(out);
            }
        }
        return out;
    }

    private Pending begin(ByteBuf out, int id) {
        History history = history(id);
        byte[] payload = new byte[random.nextInt(8) == 0 ? 0 : random.nextInt(700)];
        random.nextBytes(payload);
        int type = random.nextBoolean() ? MessageType.AUDIO : MessageType.VIDEO;
        int format = history.known ? random.nextInt(4) : random.nextInt(4) == 0 ? 1 : 0;
        if (format == 3 && history.extended && !repeatsExtended && history.length < 4) {
            // Whether a timestamp follows could not be told from so few bytes; this is not sent.
            format = 2;
        }
        int delta = random.nextInt(20) == 0 ? 0xffffff + random.nextInt(1_000_000) : random.nextInt(100);
        int field;
        if (format == 0) {
            history.timestamp = switch (random.nextInt(4)) {
                case 0 -> -random.nextInt(500);
                case 1 -> 0xffffff - random.nextInt(3);
                default -> random.nextInt(1_000_000);
            };
            history.delta = history.timestamp;
            history.messageStream = 1 + random.nextInt(2);
            field = history.timestamp;
        } else {
            if (format < 3) {
                history.delta = delta;
            }
            history.timestamp += history.delta;
            field = history.delta;
        }
        if (format < 2) {
            history.length = payload.length;
            history.type = type;
        } else {
            payload = Arrays.copyOf(payload, history.length);
        }
        history.known = true;
        basic(out, format, id);
        if (format < 3) {
            history.extended = Integer.compareUnsigned(field, 0xffffff) >= 0;
            history.field = field;
            out.writeMedium(history.extended ? 0xffffff : field);
        }
        if (format < 2) {
            out.writeMedium(payload.length);
            out.writeByte(history.type);
        }
        if (format == 0) {
            out.writeIntLE(history.messageStream);
        }
        if (history.extended && (format < 3 || repeatsExtended)) {
            out.writeInt(history.field);
        }
        Pending pending = new Pending(id, payload);
        payload(out, pending);
        return pending;
    }

    private void proceed(ByteBuf out, Pending pending) {
        History history = history(pending.chunkStream);
        basic(out, 3, pending.chunkStream);
        if (history.extended && repeatsExtended) {
            out.writeInt(history.field);
        }
        payload(out, pending);
    }

    private void payload(ByteBuf out, Pending pending) {
        int from = pending.sent;
        int n = Math.min(chunkSize, pending.payload.length - from);
        out.writeBytes(pending.payload, from, n);
        pending.sent += n;
        if (pending.sent == pending.payload.length) {
            History history = history(pending.chunkStream);
            expected.add(new Expected(
                    pending.chunkStream,
                    history.type,
                    history.messageStream,
                    history.timestamp,
                    Unpooled.wrappedBuffer(pending.payload)));
        }
    }

    private void changeChunkSize(ByteBuf out) {
        // At least 4, so that the next Set Chunk Size is one chunk.
        chunkSize = 4 + random.nextInt(500);
        basic(out, 0, 2);
        out.writeMedium(0)
                .writeMedium(4)
                .writeByte(MessageType.SET_CHUNK_SIZE)
                .writeIntLE(0)
                .writeInt(chunkSize);
        boundaries.add(out.writerIndex());
    }

    private static void basic(ByteBuf out, int format, int id) {
        if (id < 64) {
            out.writeByte(format << 6 | id);
        } else if (id < 320) {
            out.writeByte(format << 6).writeByte(id - 64);
        } else {
            out.writeByte(format << 6 | 1).writeShortLE(id - 64);
        }
    }

    private History history(int id) {
        return histories.computeIfAbsent(id, key -> new History());
    }

    /** Reads everything back with the product's assembler. */
    static List<Expected> read(ByteBuf in, ChunkScanner scanner) {
        MessageAssembler assembler = new MessageAssembler(scanner);
        List<Expected> read = new ArrayList<>();
        for (RtmpMessage message = assembler.next(in); message != null; message = assembler.next(in)) {
            read.add(new Expected(
                    message.chunkStream(),
                    message.type(),
                    message.messageStream(),
                    message.timestamp(),
                    message.payload()));
        }
        return read;
    }
}
