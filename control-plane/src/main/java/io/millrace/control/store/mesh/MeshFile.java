package io.millrace.control.store.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.control.start.CannotStartException;
import io.millrace.control.store.file.OwnedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This control plane's copy on disk of what operators configured, replaced whole. It is read once, at the start; written on a thread of its
 * own, so that a disk that hangs stops neither the replica nor, where it leads, the mesh.
 */
final class MeshFile implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(MeshFile.class);
    private static final int FORMAT = 1;
    private static final long RETRY_MILLIS = 1_000;

    private final OwnedFile file;
    private final ObjectMapper json;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mesh-file").factory());
    private final AtomicReference<byte @Nullable []> toWrite = new AtomicReference<>();
    private byte[] lastKept = new byte[0];
    private boolean failing;

    /** @throws CannotStartException if the folder cannot be used, or another process uses the file */
    MeshFile(Path file, ObjectMapper json) {
        this.file = new OwnedFile(file);
        this.json = json;
    }

    /** @throws CannotStartException if the file is there and no good */
    Content load(long nowMillis) {
        Content content = new Content();
        if (!Files.exists(file.path())) {
            return content;
        }
        try {
            JsonNode document = json.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(Files.readAllBytes(file.path()));
            if (document.path("format").asInt() != FORMAT
                    || !document.path("stores").isObject()) {
                throw refuse("has another format than " + FORMAT + ", which this version reads");
            }
            for (Map.Entry<String, JsonNode> store : document.get("stores").properties()) {
                for (JsonNode entry : store.getValue()) {
                    read(store.getKey(), entry, nowMillis, content);
                }
                content.noteVersion(
                        store.getKey(), document.path("durableVersion").asLong());
            }
            return content;
        } catch (JsonProcessingException e) {
            throw refuse("cannot be read: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new CannotStartException(file.path() + " cannot be read: " + e);
        }
    }

    private void read(String store, JsonNode entry, long nowMillis, Content content) throws IOException {
        if (!Content.isDurable(store) || !entry.path("key").isTextual() || !entry.has("value") || version(entry) < 1) {
            throw refuse("has an entry without key, value or version");
        }
        long deadline = entry.path("expiresAtMillis").asLong(Cell.NEVER);
        if (deadline == Cell.NEVER || deadline > nowMillis) {
            Bytes value = new Bytes(json.writeValueAsBytes(entry.get("value")));
            content.put(store, entry.get("key").asText(), new Cell(version(entry), value, deadline));
        }
    }

    private static long version(JsonNode entry) {
        return entry.path("version").asLong();
    }

    /** Called by one thread; calls back on any when the content would survive a crash, or cannot be written. */
    void keep(Content content, Runnable kept) {
        byte[] bytes = encode(content);
        boolean nothingYet = lastKept.length == 0 && content.durableVersion() == 0;
        if (nothingYet || Arrays.equals(bytes, lastKept)) {
            writer.execute(kept);
            return;
        }
        lastKept = bytes;
        toWrite.set(bytes);
        writer.execute(() -> {
            write();
            kept.run();
        });
    }

    private byte[] encode(Content content) {
        ObjectNode document = json.createObjectNode();
        document.put("format", FORMAT);
        document.put("durableVersion", content.durableVersion());
        ObjectNode stores = document.putObject("stores");
        try {
            for (String name : content.stores()) {
                if (Content.isDurable(name)) {
                    ArrayNode entries = stores.putArray(name);
                    for (Map.Entry<String, Cell> entry : new TreeMap<>(content.cells(name)).entrySet()) {
                        Cell cell = entry.getValue();
                        ObjectNode kept = entries.addObject();
                        kept.put("key", entry.getKey());
                        kept.put("version", cell.version());
                        if (cell.deadlineMillis() != Cell.NEVER) {
                            kept.put("expiresAtMillis", cell.deadlineMillis());
                        }
                        kept.set("value", json.readTree(cell.value().array()));
                    }
                }
            }
            return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException("what is stored is JSON", e);
        }
    }

    private void write() {
        byte[] bytes = toWrite.getAndSet(null);
        if (bytes == null) {
            return;
        }
        try {
            file.replace(bytes);
            if (failing) {
                failing = false;
                LOG.infof("mesh copy on disk works again file=%s", file.path());
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.errorf("mesh copy on disk cannot be written, others may have it file=%s error=%s", file.path(), e);
            }
            toWrite.compareAndSet(null, bytes);
            var _ = writer.schedule(this::write, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private CannotStartException refuse(String what) {
        return new CannotStartException(
                file.path() + " " + what + "; nothing was changed; move it away to begin with what the"
                        + " other control planes have, or with no configuration if there is none");
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(1, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
