package io.millrace.worker.rtmp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one direction of a connection: passes on slices of what was read, looks only at chunk headers, and repairs a header
 * where the receiver lacks the history that the sender's header builds on. That happens at the first message of each chunk
 * stream (the receiver did not see the negotiation), after a message that was consumed, and after one that was put in.
 *
 * <p>Payloads of forwarded messages are never copied. What is copied: headers that a read cut in two, messages that the
 * {@link Watcher} inspects, and those it consumes or changes. Nothing waits here: a changed message goes out on its own
 * chunk stream in the place where its last chunk was, and of the acknowledgements made here only the newest counts.
 */
public final class ChunkForwarder {

    /** What to do with a message. */
    public enum Treatment {
        FORWARD,
        /** Forward it and give a copy to the watcher. */
        INSPECT,
        /** Forward it and give every piece to the watcher as it passes. */
        TRACE,
        /** Do not forward it; only the watcher gets it. */
        CONSUME,
        /** Hold it until it is whole; what the watcher has made of its payload then is forwarded. */
        CHANGE;

        private boolean isHeldBack() {
            return this == CONSUME || this == CHANGE;
        }
    }

    /** Decides about messages and sees some of them. */
    public interface Watcher {

        /** Called when a message begins. */
        Treatment begins(ChunkStream message);

        /**
         * Called when a message to inspect, consume or change is whole, before its last chunk goes out; the payload is
         * borrowed. Of a message of more than {@link ChunkForwarder#MAX_INSPECTED} bytes it is the beginning.
         */
        void whole(ChunkStream message, ByteBuf borrowedPayload);

        /** Called for every piece of a message that is traced, before it goes out: the readable bytes of a borrowed slice. */
        default void piece(ChunkStream message, ByteBuf borrowedPiece) {}

        /** The sender gives up a message of which the receiver has the beginning. */
        default void aborts(ChunkStream unfinished) {}
    }

    /** Where forwarded bytes go; owns what it is given. */
    public interface Output {
        void write(ByteBuf bytes);
    }

    /** Of longer messages only the beginning is inspected; control messages (section 5.4) are never as long. */
    public static final int MAX_INSPECTED = 16 * 1024;

    private static final int FIRST_COPY = 256;

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
        /** Until a message begins here, the receiver has nothing of one. */
        Treatment treatment = Treatment.CONSUME;

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
    private boolean acknowledgementDue;
    private int acknowledged;

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
     * Sends the beginning of messages that were cut off by the end of the negotiation, so that their remaining chunks,
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
            begin(stream, state);
            inspect(stream, state, beginning, beginning.readerIndex(), beginning.readableBytes());
            if (state.treatment.isHeldBack()) {
                continue;
            }
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
            if (acknowledgementDue && scanner.payloadLeft() == 0) {
                pass(in, from, in.readerIndex());
                from = in.readerIndex();
                acknowledgeNow();
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

    /** Tells the receiver the sender's chunk size; before anything else is forwarded. */
    public void announceChunkSize() {
        ByteBuf out = Unpooled.buffer(ChunkScanner.MAX_HEADER_SIZE);
        ControlMessages.writeSetChunkSize(out, scanner.chunkSize());
        output.write(out);
    }

    /**
     * Tells the receiver how much we received of what it sends, as soon as a chunk ends here and no message is under way on the
     * chunk stream of control messages. Until then a newer number takes the place of an older one.
     */
    public void acknowledge(int received) {
        acknowledgementDue = true;
        acknowledged = received;
        if (scanner.payloadLeft() == 0) {
            acknowledgeNow();
        }
    }

    private void acknowledgeNow() {
        ChunkStream control = scanner.find(ControlMessages.CHUNK_STREAM);
        if (control != null) {
            OutputStreamState state = stateOf(control);
            if (control.messageLeft() > 0 && !state.treatment.isHeldBack()) {
                return;
            }
            state.history = History.NONE;
        }
        acknowledgementDue = false;
        ByteBuf out = Unpooled.buffer(ChunkScanner.MAX_HEADER_SIZE);
        ControlMessages.writeAcknowledgement(out, scanner.chunkSize(), acknowledged);
        output.write(out);
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
        if (state.treatment.isHeldBack()) {
            pass(source, from, headerAt);
            from = source.readerIndex();
        } else if (scanner.startsMessage()) {
            from = firstHeader(source, headerAt, from, stream, state);
        } else if (state.rewritten ? !continuesWhatWasRewritten(stream, state) : scanner.omitsExtended()) {
            pass(source, from, headerAt);
            ByteBuf rewritten = Unpooled.buffer(ChunkScanner.MAX_HEADER_SIZE);
            if (state.rewritten) {
                ChunkWriter.writeNextHeader(rewritten, stream.id(), stream.timestamp());
            } else {
                ChunkWriter.writeNextExtendedHeader(rewritten, stream.id(), stream.timestampField());
            }
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
        int length = stream.messageLength();
        if (isControl(stream.messageType()) && length > MAX_INSPECTED) {
            throw new RtmpFormatException(
                    "a control message of type " + stream.messageType() + " with " + length + " bytes");
        }
        boolean changesChunking = changesChunking(stream.messageType());
        if (changesChunking && length > scanner.chunkSize()) {
            // Some receivers do not read it then, and from there on would see other chunks than we do.
            throw new RtmpFormatException("a control message of type " + stream.messageType() + " in several chunks");
        }
        Treatment treatment = changesChunking ? Treatment.INSPECT : watcher.begins(stream);
        if (treatment == Treatment.CHANGE && length > MAX_INSPECTED) {
            throw new IllegalStateException("a message of " + length + " bytes cannot be changed");
        }
        boolean copies = treatment != Treatment.FORWARD && treatment != Treatment.TRACE;
        int shown = Math.min(length, MAX_INSPECTED);
        state.treatment = treatment;
        state.copy = copies ? Unpooled.buffer(Math.min(shown, FIRST_COPY), Math.max(1, shown)) : null;
        if (treatment.isHeldBack()) {
            state.history = History.NONE;
        }
    }

    private int firstHeader(ByteBuf source, int headerAt, int passFrom, ChunkStream stream, OutputStreamState state) {
        boolean receiverCanRead = switch (scanner.format()) {
            case 0 -> stream.messageStreamId() == mapped(stream.messageStreamId());
            case 1, 2 -> state.history != History.NONE;
            default -> state.history == History.SAME && !scanner.omitsExtended();
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
        inspect(stream, state, in, at, n);
        in.skipBytes(n);
        scanner.passed(n);
        int from = passFrom;
        if (state.treatment.isHeldBack()) {
            pass(in, from, at);
            from = at + n;
        }
        if (stream.messageLeft() == 0) {
            finish(stream, state);
        }
        return from;
    }

    /** Keeps or shows what the watcher is to see of a piece of a message. */
    private void inspect(ChunkStream stream, OutputStreamState state, ByteBuf in, int at, int n) {
        ByteBuf copy = state.copy;
        if (copy != null) {
            copy.writeBytes(in, at, Math.min(n, copy.maxWritableBytes()));
        } else if (state.treatment == Treatment.TRACE) {
            watcher.piece(stream, in.slice(at, n));
        }
    }

    private void finish(ChunkStream stream, OutputStreamState state) {
        ByteBuf copy = state.copy;
        if (copy == null) {
            return;
        }
        state.copy = null;
        switch (stream.messageType()) {
            case MessageType.SET_CHUNK_SIZE -> scanner.chunkSize(ControlMessages.peekInt(stream.messageType(), copy));
            case MessageType.ABORT -> abort(ControlMessages.peekInt(stream.messageType(), copy));
            default -> watcher.whole(stream, copy);
        }
        if (state.treatment == Treatment.CHANGE) {
            writeChanged(stream, state, copy);
        }
    }

    private void abort(int id) {
        ChunkStream unfinished = scanner.find(id);
        if (unfinished != null
                && unfinished.messageLeft() > 0
                && !stateOf(unfinished).treatment.isHeldBack()) {
            watcher.aborts(unfinished);
        }
        scanner.abort(id);
    }

    /** The receiver has nothing of it yet, and a chunk has just ended: nothing can be in its way. */
    private void writeChanged(ChunkStream stream, OutputStreamState state, ByteBuf payload) {
        if (payload.readableBytes() != stream.messageLength()) {
            throw new IllegalStateException("a changed message keeps its length");
        }
        ByteBuf out = Unpooled.buffer(payload.readableBytes() + 64);
        ChunkWriter.writeMessage(
                out,
                scanner.chunkSize(),
                stream.id(),
                stream.messageType(),
                mapped(stream.messageStreamId()),
                stream.timestamp(),
                payload);
        output.write(out);
        state.history = History.ALL_BUT_DELTA;
    }

    private static boolean isControl(int messageType) {
        return messageType >= MessageType.SET_CHUNK_SIZE && messageType <= MessageType.SET_PEER_BANDWIDTH;
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

    /** Likewise to the end, after which the buffer is not read here; mostly that is all of it, and it goes on as it is. */
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
