package io.millrace.control.store.mesh;

import io.millrace.control.store.mesh.Message.Ack;
import io.millrace.control.store.mesh.Message.Behind;
import io.millrace.control.store.mesh.Message.Decided;
import io.millrace.control.store.mesh.Message.Fetch;
import io.millrace.control.store.mesh.Message.Fetched;
import io.millrace.control.store.mesh.Message.Gather;
import io.millrace.control.store.mesh.Message.Gathered;
import io.millrace.control.store.mesh.Message.Install;
import io.millrace.control.store.mesh.Message.Keep;
import io.millrace.control.store.mesh.Message.Part;
import io.millrace.control.store.mesh.Message.Position;
import io.millrace.control.store.mesh.Message.Prepare;
import io.millrace.control.store.mesh.Message.Requests;
import io.millrace.control.store.mesh.Message.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Messages as bytes. The first byte is the version of the format, the second the kind. */
final class MessageCodec {

    /** A mesh of two versions of the program works as long as this stays the same. */
    static final int FORMAT = 1;

    private MessageCodec() {}

    static byte[] encode(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(FORMAT);
            write(message, out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory is no device that fails", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IOException if these bytes are no message of this format */
    static Message decode(byte[] array, int offset, int length) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(array, offset, length));
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException("a message has format " + format + ", this version speaks " + FORMAT);
        }
        try {
            return read(in);
        } catch (IllegalArgumentException | NegativeArraySizeException e) {
            throw new IOException("not a message: " + e.getMessage(), e);
        }
    }

    private static void write(Message message, DataOutput out) throws IOException {
        switch (message) {
            case Gather(Term term) -> term('G', term, out);
            case Gathered(Term asked, Term promised, Position position) -> {
                term('g', asked, out);
                term(promised, out);
                term(position.term(), out);
                out.writeLong(position.round());
                out.writeLong(position.durableVersion());
                out.writeInt(position.groupSize());
            }
            case Fetch(Term term) -> term('F', term, out);
            case Fetched(Term term, Part part) -> {
                term('f', term, out);
                part(part, out);
            }
            case Install(Term term, long round, int groupSize, Part part) -> {
                term('I', term, out);
                out.writeLong(round);
                out.writeInt(groupSize);
                part(part, out);
            }
            case Keep(Term term, int groupSize) -> {
                term('K', term, out);
                out.writeInt(groupSize);
            }
            case Prepare(Term term, long round, List<Op> ops) -> {
                term('P', term, out);
                out.writeLong(round);
                ops(ops, out);
            }
            case Ack(Term term, long round) -> {
                term('A', term, out);
                out.writeLong(round);
            }
            case Decided(Term term, long round, List<Result> results) -> {
                term('D', term, out);
                out.writeLong(round);
                out.writeInt(results.size());
                for (Result result : results) {
                    out.writeLong(result.id());
                    out.writeBoolean(result.done());
                    out.writeLong(result.version());
                }
            }
            case Behind(Term term) -> term('B', term, out);
            case Requests(List<Op> ops) -> {
                out.writeByte('R');
                ops(ops, out);
            }
        }
    }

    private static Message read(DataInput in) throws IOException {
        char kind = (char) in.readByte();
        return switch (kind) {
            case 'G' -> new Gather(term(in));
            case 'g' ->
                new Gathered(term(in), term(in), new Position(term(in), in.readLong(), in.readLong(), in.readInt()));
            case 'F' -> new Fetch(term(in));
            case 'f' -> new Fetched(term(in), part(in));
            case 'I' -> new Install(term(in), in.readLong(), in.readInt(), part(in));
            case 'K' -> new Keep(term(in), in.readInt());
            case 'P' -> new Prepare(term(in), in.readLong(), ops(in));
            case 'A' -> new Ack(term(in), in.readLong());
            case 'D' -> new Decided(term(in), in.readLong(), results(in));
            case 'B' -> new Behind(term(in));
            case 'R' -> new Requests(ops(in));
            default -> throw new IOException("no kind of message is '" + kind + "'");
        };
    }

    private static void ops(List<Op> ops, DataOutput out) throws IOException {
        out.writeInt(ops.size());
        for (Op op : ops) {
            out.writeByte(op.kind().code());
            out.writeLong(op.id());
            Content.writeText(out, op.store());
            Content.writeText(out, op.key());
            out.writeLong(op.version());
            out.writeLong(op.ttlMillis());
            Content.writeBytes(out, op.value());
        }
    }

    private static List<Op> ops(DataInput in) throws IOException {
        List<Op> ops = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            Op.Kind kind = Op.Kind.of((char) in.readByte());
            ops.add(new Op(
                    kind,
                    in.readLong(),
                    Content.readText(in),
                    Content.readText(in),
                    in.readLong(),
                    in.readLong(),
                    Content.readBytes(in)));
        }
        return ops;
    }

    private static List<Result> results(DataInput in) throws IOException {
        List<Result> results = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            results.add(new Result(in.readLong(), in.readBoolean(), in.readLong()));
        }
        return results;
    }

    private static void part(Part part, DataOutput out) throws IOException {
        out.writeInt(part.from());
        out.writeBoolean(part.last());
        Content.writeBytes(out, part.bytes());
    }

    private static Part part(DataInput in) throws IOException {
        return new Part(in.readInt(), in.readBoolean(), Content.readBytes(in));
    }

    private static void term(char kind, Term term, DataOutput out) throws IOException {
        out.writeByte(kind);
        term(term, out);
    }

    private static void term(Term term, DataOutput out) throws IOException {
        out.writeLong(term.number());
        Content.writeText(out, term.leader());
    }

    private static Term term(DataInput in) throws IOException {
        return new Term(in.readLong(), Content.readText(in));
    }
}
