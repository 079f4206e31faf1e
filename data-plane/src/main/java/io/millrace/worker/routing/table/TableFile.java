package io.millrace.worker.routing.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.model.settings.PrivateFile;
import io.millrace.model.table.RoutingTable;
import io.millrace.worker.routing.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The last good routing table on disk. Written whole beside the old one and then put in its place; only its owner may read it, since it holds keys.
 * One thread.
 */
public final class TableFile {

    private static final Logger LOG = Logger.getLogger(TableFile.class);
    private static final String NAME = "routing-table.json";

    private final Path file;
    private boolean failureLogged;

    public TableFile(Path dataDir) {
        this.file = dataDir.resolve(NAME);
    }

    /** Empty when there is none, or when it is damaged, which costs one log line and nothing else. */
    Optional<RoutingTable> load() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            RoutingTable table = Json.MAPPER.readValue(Files.readAllBytes(file), RoutingTable.class);
            List<String> wrong = table == null ? List.of("it is empty") : TableCheck.problems(table);
            if (table != null && wrong.isEmpty()) {
                LOG.infof(
                        "routing table loaded from disk version=%s origins=%d",
                        table.version(), table.origins().size());
                return Optional.of(table);
            }
            LOG.warnf("routing table on disk ignored file=%s: %s", file, String.join("; ", wrong));
        } catch (JsonProcessingException e) {
            LOG.warnf("routing table on disk ignored file=%s: %s", file, firstLine(e.getOriginalMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.warnf("routing table on disk ignored file=%s: %s", file, e);
        }
        return Optional.empty();
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    /** A disk that is full or read-only costs one log line; the table in memory counts. */
    void save(RoutingTable table) {
        Path draft = file.resolveSibling(NAME + ".tmp");
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            PrivateFile.write(draft, Json.MAPPER.writeValueAsBytes(table));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            failureLogged = false;
        } catch (IOException e) {
            if (!failureLogged) {
                failureLogged = true;
                LOG.warnf("routing table not saved file=%s: %s", file, e);
            }
        }
    }
}
