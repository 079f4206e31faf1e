package io.millrace.control.store.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.millrace.control.json.JsonMistake;
import io.millrace.control.start.CannotStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps snapshots in a JSON file. The snapshot before stays beside it under {@code .previous}. */
public final class FileSnapshots<K, V> implements Snapshots<K, V>, AutoCloseable {

    private static final int FORMAT = 1;

    private final OwnedFile file;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    public FileSnapshots(Path file, ObjectMapper json, Class<K> keys, Class<V> values) {
        JavaType type = json.getTypeFactory()
                .constructParametricType(
                        Document.class,
                        json.getTypeFactory().constructType(keys),
                        json.getTypeFactory().constructType(values));
        this.reader = json.readerFor(type)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.writer = json.writerFor(type).withDefaultPrettyPrinter();
        this.file = new OwnedFile(file);
    }

    @Override
    public Snapshot<K, V> load() {
        try {
            if (!Files.exists(file.path())) {
                if (Files.exists(file.previous())) {
                    throw refuse("is missing, while the version before it is there");
                }
                return new Snapshot<>(0, List.of());
            }
            return read(file.path());
        } catch (JsonProcessingException | Unfit e) {
            throw refuse("cannot be used: " + why(e));
        } catch (IOException e) {
            throw new CannotStartException(file.path() + " cannot be read: " + e);
        }
    }

    @Override
    public void save(Snapshot<K, V> snapshot) {
        try {
            file.replaceKeepingPrevious(writer.writeValueAsBytes(
                    new Document<>(FORMAT, snapshot.lastVersion(), snapshot.entries(), snapshot.history())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file.path() + ": " + e, e);
        }
    }

    @Override
    public void close() {
        file.close();
    }

    private Snapshot<K, V> read(Path from) throws IOException, Unfit {
        byte[] bytes = Files.readAllBytes(from);
        if (bytes.length == 0) {
            throw new Unfit("it is empty");
        }
        Document<K, V> document = reader.readValue(bytes);
        if (document.format() != FORMAT) {
            throw new Unfit("its format is " + document.format() + "; this version reads " + FORMAT);
        }
        if (document.entries() == null) {
            throw new Unfit("it has no entries");
        }
        Set<K> seen = new HashSet<>();
        for (Kept<K, V> entry : document.entries()) {
            if (entry == null || entry.key() == null || entry.value() == null || !seen.add(entry.key())) {
                throw new Unfit("an entry has no key, no value, or a key that is there twice");
            }
            if (entry.version() < 1 || entry.version() > document.lastVersion()) {
                throw new Unfit("the version of " + entry.key() + " is not between 1 and lastVersion");
            }
        }
        String history = document.history();
        return new Snapshot<>(document.lastVersion(), document.entries(), history == null ? "" : history);
    }

    private CannotStartException refuse(String what) {
        return new CannotStartException(file.path() + " " + what + "; nothing was changed; " + wayBack());
    }

    private String wayBack() {
        Path previous = file.previous();
        if (!Files.exists(previous)) {
            return "there is no previous version beside it: repair it, or move it away to begin with no configuration";
        }
        try {
            read(previous);
            return "the previous version is good: to go back to it, run  cp " + previous + " " + file.path();
        } catch (IOException | Unfit e) {
            return "the previous version " + previous + " is no good either (" + why(e) + "): repair one of them";
        }
    }

    private static String why(Exception e) {
        return e instanceof JsonProcessingException wrong
                ? JsonMistake.of(wrong).message().replace("the body", "it")
                : String.valueOf(e.getMessage());
    }

    /** What stands in the file. */
    record Document<K, V>(
            int format,
            long lastVersion,
            List<Kept<K, V>> entries,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
            String history) {}

    /** JSON, but not a snapshot. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String why) {
            super(why);
        }
    }
}
