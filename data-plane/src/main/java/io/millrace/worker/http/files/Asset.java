package io.millrace.worker.http.files;

import io.millrace.model.digest.Sha256;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** A file of the built-in page in memory, plain and zipped. */
record Asset(String contentType, Form plain, Form zip) {

    private static final int ETAG_BYTES = 8;

    /** @param content direct and never released: every client gets a view of it */
    record Form(boolean zipped, String etag, ByteBuf content) {

        ByteBuf bytes() {
            return content.duplicate();
        }
    }

    /** @throws IOException when the class path has no such file */
    static Asset load(String resource) throws IOException {
        byte[] content = read(resource);
        String hash = hash(content);
        return new Asset(
                ContentTypes.of(resource),
                new Form(false, "\"" + hash + "\"", shared(content)),
                new Form(true, "\"" + hash + "-gz\"", shared(zip(content))));
    }

    Form form(boolean zipped) {
        return zipped ? zip : plain;
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream stream = Asset.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                throw new FileNotFoundException("not on the class path");
            }
            return stream.readAllBytes();
        }
    }

    private static byte[] zip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 2);
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    private static ByteBuf shared(byte[] content) {
        ByteBuffer direct =
                ByteBuffer.allocateDirect(content.length).put(content).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct).asReadOnly());
    }

    private static String hash(byte[] content) {
        return HexFormat.of().formatHex(Sha256.of(content), 0, ETAG_BYTES);
    }
}
