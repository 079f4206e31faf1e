package io.millrace.control.store.mesh;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a mesh of two control planes; who opens a store first does not lead. */
class MeshKeyedStoreTest extends KeyedStoreContract {

    @TempDir
    private static Path folder;

    private static MeshCluster cluster;
    private static int names;

    private final Map<KeyedStore<String, String>, String> opened = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        cluster = new MeshCluster(folder, 2);
        cluster.startAll();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    protected KeyedStore<String, String> open() {
        String name = "s" + names++;
        KeyedStore<String, String> store = cluster.node(1).shared(name, String.class, String.class);
        opened.put(store, name);
        return store;
    }

    @Override
    protected KeyedStore<String, String> another(KeyedStore<String, String> store) {
        return cluster.node(0).shared(java.util.Objects.requireNonNull(opened.get(store)), String.class, String.class);
    }

    @Override
    protected void advance(KeyedStore<String, String> store, Duration by) {
        try {
            cluster.advance(by);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
