package io.millrace.worker.http.files;

import io.millrace.worker.http.Exchange;
import io.millrace.worker.http.semantics.ByteRange;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * Sends a stretch of a file piece by piece: the next one is read when the client took the one before, so that a viewer costs one
 * piece of memory however slow it is. Lives on the client's event loop; reads and closes on a file thread, never two at once.
 */
final class FileTransfer {

    private static final Logger LOG = Logger.getLogger(FileTransfer.class);
    private static final int PIECE = 64 * 1024;

    private final Exchange exchange;
    private final Exchange.Body body;
    private final OpenFile file;
    private final FileThreads threads;
    private final Runnable whenClosed;
    private long position;
    private long left;
    private boolean reading;
    private boolean over;

    private FileTransfer(
            Exchange exchange,
            Exchange.Body body,
            OpenFile file,
            ByteRange part,
            FileThreads threads,
            Runnable whenClosed) {
        this.exchange = exchange;
        this.body = body;
        this.file = file;
        this.position = part.from();
        this.left = part.length();
        this.threads = threads;
        this.whenClosed = whenClosed;
    }

    /** @param whenClosed called once, on any thread, when the file is closed */
    static void start(
            Exchange exchange,
            Exchange.Body body,
            OpenFile file,
            ByteRange part,
            FileThreads threads,
            Runnable whenClosed) {
        FileTransfer transfer = new FileTransfer(exchange, body, file, part, threads, whenClosed);
        exchange.onClientGone(transfer::stop);
        body.onWritable(transfer::goOn);
        transfer.goOn();
    }

    private void goOn() {
        if (over || reading || !body.isWritable()) {
            return;
        }
        reading = true;
        int length = (int) Math.min(PIECE, left);
        if (!threads.run(() -> read(length))) {
            reading = false;
            giveUp();
        }
    }

    /** On a file thread. */
    private void read(int length) {
        ByteBuf piece = exchange.channel().alloc().directBuffer(length, length);
        boolean good = false;
        try {
            // A file that shrank, or was written to while it went out, must not pass for one that arrived whole.
            good = file.read(position, piece.nioBuffer(0, length)) && !(length == left && file.wasChanged());
            piece.writerIndex(length);
        } catch (IOException e) {
            LOG.warnf("file not readable file=%s reason=\"%s\"", file.name(), e.getMessage());
        }
        boolean complete = good;
        try {
            exchange.channel().eventLoop().execute(() -> arrived(piece, complete));
        } catch (RejectedExecutionException e) {
            // The loops end, and every exchange with them.
            piece.release();
            close();
        }
    }

    private void arrived(ByteBuf piece, boolean complete) {
        reading = false;
        if (over) {
            piece.release();
            closeLater();
            return;
        }
        if (!complete) {
            piece.release();
            giveUp();
            return;
        }
        position += piece.readableBytes();
        left -= piece.readableBytes();
        body.write(piece);
        body.flush();
        if (left == 0) {
            over = true;
            body.end();
            closeLater();
        } else {
            goOn();
        }
    }

    private void giveUp() {
        body.abort();
        stop();
    }

    private void stop() {
        if (!over) {
            over = true;
            if (!reading) {
                closeLater();
            }
        }
    }

    private void closeLater() {
        if (!threads.run(this::close)) {
            close();
        }
    }

    private void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debugf("file not closed file=%s reason=\"%s\"", file.name(), e.getMessage());
        } finally {
            whenClosed.run();
        }
    }
}
