package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one direction of a connection: passes on slices of what was read, looks only at chunk headers, and repairs a header
 * where the receiver lacks the history that the sender's header builds on. That happens at the first message of each chunk
 * stream (the receiver did not see the opening exchange), after a message that was taken out, and after one that was put in.
 *
 * <p>Payloads of forwarded messages are never copied. What is copied: headers that a read cut in two, messages that the
 * {@link Watcher} asks to see, and those it takes out.
 */
public final class ChunkForwarder {

    /** What to do with a message. */
    public enum Treatment {
        FORWARD,
        /** Forward it and show a copy to the watcher. */
        SHOW,
        /** Do not forward it; only the watcher gets it. */
        TAKE
    }

    /** Decides about messages and sees some of them. */
    public interface Watcher {

        /** Called when a message begins. */
        Treatment begins(ChunkStream message);

        /** Called when a message that was to be shown or taken is whole; the payload is borrowed. */
        void whole(ChunkStream message, ByteBuf borrowedPayload);
    }

    /** Where forwarded bytes go; owns what it is given. */
    public interface Output {
        void write(ByteBuf bytes);
    }

    /** Longer messages are forwarded without being shown. */
    private static final int MAX_SHOWN = 16 * 1024;

    /** What the receiver knows of a chunk stream. */
    private enum History {
        /** Nothing that a header could build on. */
        NONE,
        /** All but the timestamp delta: it got a rewritten header. */
        ALL_BUT_DELTA,
        SAME
    }

    /** The receiver's side of one chunk stream. */
    private static final class OutputStreamState {
        History history = History.NONE;
        Treatment treatment = Treatment.FORWARD;
        /** Whether the current message began with a header of ours, and if so, whether with an extended timestamp. */
        boolean rewritten;

        boolean extended;

        @Nullable
        ByteBuf copy;
    }

    private final ChunkScanner scanner;
    private final Watcher watcher;
    private final Output output;
    private final int inputMessageStream;
    private final int outputMessageStream;
    private final List<OutputStreamState> states = new ArrayList<>(4);
    private final ByteBuf cutHeader = Unpooled.buffer(ChunkScanner.MAX_HEADER_SIZE, ChunkScanner.MAX_HEADER_SIZE);
    private final ArrayDeque<ByteBuf> toInsert = new ArrayDeque<>(2);

    /**
     * @param scanner at a chunk boundary, with the sender's history up to here
     * @param inputMessageStream the sender's name of the message stream that the receiver calls {@code outputMessageStream}
     */
    public ChunkForwarder(
            ChunkScanner scanner, Watcher watcher, Output output, int inputMessageStream, int outputMessageStream) {
        if (scanner.payloadLeft() != 0) {
            throw new IllegalStateException("forwarding begins at a chunk boundary");
        }
        this.scanner = scanner;
        this.watcher = watcher;
        this.output = output;
        this.inputMessageStream = inputMessageStream;
        this.outputMessageStream = outputMessageStream;
    }

    /**
     * Sends the beginning of messages that were cut off by the end of the opening exchange, so that their remaining chunks,
     * which are still to come, can be forwarded.
     *
     * @throws RtmpFormatException if the sender has changed its chunk size in the middle of one: nothing that can be sent now
     *     makes the receiver's chunks end where the sender's do
     */
    public void resume(MessageAssembler assembler) {
        for (ChunkStream stream : scanner.streams()) {
            ByteBuf beginning = assembler.borrowUnfinished(stream);
            if (beginning == null || stream.messageLeft() == 0) {
                continue;
            }
            if (beginning.readableBytes() % scanner.chunkSize() != 0) {
                throw new RtmpFormatException(
                        "the chunk size changed within a message that began before publish or play");
            }
            OutputStreamState state = stateOf(stream);
            state.treatment = Treatment.FORWARD;
            state.history = History.ALL_BUT_DELTA;
            state.rewritten = true;
            state.extended = ChunkWriter.isExtended(stream.timestamp());
            ByteBuf out = Unpooled.buffer(beginning.readableBytes() + 64);
            ChunkWriter.writeBeginning(
                    out,
                    scanner.chunkSize(),
                    stream.id(),
                    stream.messageType(),
                    mapped(stream.messageStreamId()),
                    stream.timestamp(),
                    stream.messageLength(),
                    beginning);
            output.write(out);
        }
    }

    /** Forwards what was read; owns it. */
    public void forward(ByteBuf in) {
        try {
            while (cutHeader.isReadable() && in.isReadable()) {
                completeCutHeader(in);
            }
            follow(in, in.readerIndex());
        } finally {
            in.release();
        }
    }

    /** @param passFrom where the range that is to be passed on begins */
    private void follow(ByteBuf in, int passFrom) {
        int from = passFrom;
        while (in.isReadable()) {
            if (scanner.payloadLeft() == 0) {
                int headerAt = in.readerIndex();
                if (!scanner.readHeader(in)) {
                    pass(in, from, headerAt);
                    cutHeader.clear().writeBytes(in);
                    return;
                }
                from = header(in, headerAt, from);
            } else {
                from = payload(in, from);
            }
            if (scanner.payloadLeft() == 0 && !toInsert.isEmpty()) {
                pass(in, from, in.readerIndex());
                from = in.readerIndex();
                insertNow();
            }
        }
        passRest(in, from);
    }

    /**
     * Takes as many bytes as the cut header lacks. A header may also turn out to be shorter than what was kept of it: when a
     * sender that omits repeated extended timestamps has a payload that begins like one.
     */
    private void completeCutHeader(ByteBuf in) {
        int kept = cutHeader.readableBytes();
        int more = Math.min(cutHeader.writableBytes(), in.readableBytes());
        cutHeader.writeBytes(in, in.readerIndex(), more);
        if (!scanner.readHeader(cutHeader)) {
            in.skipBytes(more);
            return;
        }
        int length = cutHeader.readerIndex();
        in.skipBytes(Math.max(0, length - kept));
        ByteBuf head = Unpooled.copiedBuffer(cutHeader.array(), 0, Math.max(length, kept));
        cutHeader.clear();
        head.readerIndex(length);
        int from = header(head, 0, 0);
        if (head.isReadable()) {
            follow(head, from);
        } else {
            pass(head, from, length);
        }
        head.release();
    }

    /** Puts a whole control message (a header of format 0 on chunk stream 2) into the stream, as soon as a chunk ends. */
    public void insert(ByteBuf message) {
        toInsert.addLast(message);
        if (scanner.payloadLeft() == 0) {
            insertNow();
        }
    }

    private void insertNow() {
        for (ChunkStream stream : scanner.streams()) {
            if (stream.id() == ControlMessages.CHUNK_STREAM) {
                OutputStreamState state = stateOf(stream);
                if (stream.messageLeft() > 0 && state.treatment != Treatment.TAKE) {
                    return;
                }
                state.history = History.NONE;
            }
        }
        while (!toInsert.isEmpty()) {
            output.write(toInsert.removeFirst());
        }
    }

    /** Lets go of what was kept. */
    public void release() {
        toInsert.forEach(ByteBuf::release);
        toInsert.clear();
    }

    /**
     * Decides about a header that was just read.
     *
     * @param source holds the header from {@code headerAt} to its reader index
     * @param passFrom where the range that is to be passed on begins
     * @return where that range begins now
     */
    private int header(ByteBuf source, int headerAt, int passFrom) {
        ChunkStream stream = scanner.stream();
        OutputStreamState state = stateOf(stream);
        if (scanner.startsMessage()) {
            begin(stream, state);
        }
        int from = passFrom;
        if (state.treatment == Treatment.TAKE) {
            pass(source, from, headerAt);
            from = source.readerIndex();
        } else if (scanner.startsMessage()) {
            from = firstHeader(source, headerAt, from, stream, state);
        } else if (state.rewritten && !continuesWhatWasRewritten(stream, state)) {
            pass(source, from, headerAt);
            ByteBuf rewritten = Unpooled.buffer(ChunkScanner.MAX_HEADER_SIZE);
            ChunkWriter.writeNextHeader(rewritten, stream.id(), stream.timestamp());
            output.write(rewritten);
            from = source.readerIndex();
        }
        if (stream.messageLeft() == 0) {
            finish(stream, state);
        }
        return from;
    }

    /** A format 3 header repeats the extended timestamp, which differs where a delta was rewritten as an absolute time. */
    private boolean continuesWhatWasRewritten(ChunkStream stream, OutputStreamState state) {
        return state.extended == scanner.extended()
                && (!state.extended || stream.timestampField() == stream.timestamp());
    }

    private void begin(ChunkStream stream, OutputStreamState state) {
        boolean changesChunking = changesChunking(stream.messageType());
        if (changesChunking && stream.messageLength() > MAX_SHOWN) {
            // Unseen, it would change how the receiver reads all that follows, but not how we do.
            throw new RtmpFormatException(
                    "a control message of type " + stream.messageType() + " with " + stream.messageLength() + " bytes");
        }
        Treatment treatment = changesChunking ? Treatment.SHOW : watcher.begins(stream);
        if (treatment != Treatment.FORWARD && stream.messageLength() > MAX_SHOWN) {
            treatment = Treatment.FORWARD;
        }
        state.treatment = treatment;
        state.copy = treatment == Treatment.FORWARD ? null : Unpooled.buffer(Math.max(1, stream.messageLength()));
        if (treatment == Treatment.TAKE) {
            state.history = History.NONE;
        }
    }

    private int firstHeader(ByteBuf source, int headerAt, int passFrom, ChunkStream stream, OutputStreamState state) {
        boolean receiverCanRead = switch (scanner.format()) {
            case 0 -> stream.messageStreamId() == mapped(stream.messageStreamId());
            case 1, 2 -> state.history != History.NONE;
            default -> state.history == History.SAME;
        };
        if (receiverCanRead) {
            state.history = History.SAME;
            state.rewritten = false;
            return passFrom;
        }
        pass(source, passFrom, headerAt);
        ByteBuf rewritten = Unpooled.buffer(ChunkScanner.MAX_HEADER_SIZE);
        ChunkWriter.writeFirstHeader(
                rewritten,
                stream.id(),
                stream.timestamp(),
                stream.messageLength(),
                stream.messageType(),
                mapped(stream.messageStreamId()));
        output.write(rewritten);
        state.history = scanner.format() == 0 ? History.SAME : History.ALL_BUT_DELTA;
        state.rewritten = true;
        state.extended = ChunkWriter.isExtended(stream.timestamp());
        return source.readerIndex();
    }

    private int payload(ByteBuf in, int passFrom) {
        ChunkStream stream = scanner.stream();
        OutputStreamState state = stateOf(stream);
        int at = in.readerIndex();
        int n = Math.min(in.readableBytes(), scanner.payloadLeft());
        if (state.copy != null) {
            state.copy.writeBytes(in, at, n);
        }
        in.skipBytes(n);
        scanner.passed(n);
        int from = passFrom;
        if (state.treatment == Treatment.TAKE) {
            pass(in, from, at);
            from = at + n;
        }
        if (stream.messageLeft() == 0) {
            finish(stream, state);
        }
        return from;
    }

    private void finish(ChunkStream stream, OutputStreamState state) {
        ByteBuf copy = state.copy;
        if (copy == null) {
            return;
        }
        state.copy = null;
        switch (stream.messageType()) {
            case MessageType.SET_CHUNK_SIZE -> scanner.chunkSize(ControlMessages.peekInt(stream.messageType(), copy));
            case MessageType.ABORT -> scanner.abort(ControlMessages.peekInt(stream.messageType(), copy));
            default -> watcher.whole(stream, copy);
        }
    }

    /** What the sender says about its own chunking holds for us and for the receiver alike, in this very place. */
    private static boolean changesChunking(int messageType) {
        return messageType == MessageType.SET_CHUNK_SIZE || messageType == MessageType.ABORT;
    }

    private void pass(ByteBuf in, int from, int to) {
        if (to > from) {
            output.write(in.retainedSlice(from, to - from));
        }
    }

    /** Likewise to the end, after which nobody reads the buffer here; mostly that is all of it, and it goes on as it is. */
    private void passRest(ByteBuf in, int from) {
        if (from == 0 && in.writerIndex() > 0 && !in.isReadable()) {
            output.write(in.retain().readerIndex(0));
        } else {
            pass(in, from, in.readerIndex());
        }
    }

    private int mapped(int messageStream) {
        return messageStream == inputMessageStream ? outputMessageStream : messageStream;
    }

    private OutputStreamState stateOf(ChunkStream stream) {
        while (states.size() <= stream.index()) {
            states.add(new OutputStreamState());
        }
        return states.get(stream.index());
    }
}
