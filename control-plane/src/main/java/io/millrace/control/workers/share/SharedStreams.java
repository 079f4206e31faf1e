package io.millrace.control.workers.share;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.model.OriginId;
import io.millrace.model.StreamKey;
import io.millrace.model.wire.StreamReport;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What a worker carries, as it stands in a store: the origins once, a row of figures for each stream, deflated. Every worker writes
 * this every few seconds and every control plane reads it; a stream takes 28 bytes here and 170 in plain JSON, or as objects. Whoever needs
 * them takes them out once.
 *
 * @param packed as it is written
 */
record SharedStreams(@JsonValue String packed) {

    private static final int FORMAT = 1;

    /** Above what one worker can carry; a damaged entry must not fill the memory. */
    private static final int MAX_STREAMS = 1_000_000;

    private static final int BLOCK = 4_096;
    private static final int GROUP_BITS = 7;
    private static final int GROUP = 0x7f;
    private static final int MORE = 0x80;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    SharedStreams {}

    /** Differs when a stream came or went, moved, or got or lost its publisher; the order and the figures do not count. */
    static long outline(List<StreamReport> reports) {
        long sum = reports.size();
        for (StreamReport report : reports) {
            long leg = report.stream().hashCode() * 31L + report.origin().hashCode();
            sum += scatter(leg * 2 + (report.publishers() > 0 ? 1 : 0));
        }
        return sum;
    }

    /** The finisher of MurmurHash3: neighbours end far from each other, so that sums do not meet by chance. */
    private static long scatter(long value) {
        long mixed = value;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    static SharedStreams of(List<StreamReport> reports) {
        // As a whole: written one byte at a time, the deflater would be asked for each.
        ByteArrayOutputStream plain = new ByteArrayOutputStream(64 + 48 * reports.size());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 32 * reports.size());
        bytes.write(FORMAT);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(plain);
                DeflaterOutputStream deflated = new DeflaterOutputStream(bytes, deflater)) {
            write(reports, out);
            plain.writeTo(deflated);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            deflater.end();
        }
        return new SharedStreams(Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }

    private static void write(List<StreamReport> reports, DataOutputStream out) throws IOException {
        Map<OriginId, Integer> origins = new HashMap<>();
        List<OriginId> ordered =
                reports.stream().map(StreamReport::origin).distinct().toList();
        number(out, ordered.size());
        for (OriginId origin : ordered) {
            origins.put(origin, origins.size());
            out.writeUTF(origin.value());
        }
        number(out, reports.size());
        for (StreamReport report : reports) {
            out.writeUTF(report.stream().toString());
            number(out, origins.getOrDefault(report.origin(), 0));
            number(out, report.epoch());
            number(out, report.publishers());
            number(out, report.viewers());
            number(out, report.bytesIn());
            number(out, report.bytesOut());
        }
    }

    /** @throws IllegalArgumentException if they are damaged, or in a format of another time */
    List<StreamReport> reports() {
        byte[] bytes = Base64.getDecoder().decode(packed);
        if (bytes.length == 0 || bytes[0] != FORMAT) {
            throw new IllegalArgumentException(
                    "the streams of a worker's share are in a format that is not known here");
        }
        try (InputStream inflated = new InflaterInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            // A block at a time: read one byte at a time, the inflater would be asked for each.
            return read(new DataInputStream(new BufferedInputStream(inflated, BLOCK)));
        } catch (IOException e) {
            throw new IllegalArgumentException("the streams of a worker's share are damaged: " + e.getMessage(), e);
        }
    }

    private static List<StreamReport> read(DataInputStream in) throws IOException {
        List<OriginId> origins = new ArrayList<>();
        for (long left = count(in); left > 0; left--) {
            origins.add(OriginId.parse(in.readUTF()));
        }
        long count = count(in);
        List<StreamReport> reports = new ArrayList<>((int) Math.min(count, 1_000));
        for (long left = count; left > 0; left--) {
            StreamKey stream = StreamKey.parse(in.readUTF());
            long origin = number(in);
            if (origin < 0 || origin >= origins.size()) {
                throw new IOException("a stream is on an origin that is not listed");
            }
            reports.add(new StreamReport(
                    stream,
                    origins.get((int) origin),
                    number(in),
                    (int) number(in),
                    (int) number(in),
                    number(in),
                    number(in)));
        }
        return reports;
    }

    private static long count(DataInputStream in) throws IOException {
        long count = number(in);
        if (count < 0 || count > MAX_STREAMS) {
            throw new IOException(count + " items");
        }
        return count;
    }

    /** Seven bits to a byte, the lowest first: most figures are small. */
    private static void number(DataOutputStream out, long value) throws IOException {
        long left = value;
        while ((left & ~(long) GROUP) != 0) {
            out.write((int) (left & GROUP) | MORE);
            left >>>= GROUP_BITS;
        }
        out.write((int) left);
    }

    private static long number(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += GROUP_BITS) {
            int group = in.readUnsignedByte();
            value |= (long) (group & GROUP) << shift;
            if (group < MORE) {
                return value;
            }
        }
        throw new IOException("a number has no end");
    }
}
