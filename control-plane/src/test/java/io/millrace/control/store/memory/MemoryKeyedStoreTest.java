package io.millrace.control.store.memory;

import io.millrace.control.store.KeyedStore;
import io.millrace.control.store.KeyedStoreContract;
import java.time.Duration;

class MemoryKeyedStoreTest extends KeyedStoreContract {

    @Override
    protected KeyedStore<String, String> open() {
        return new MemoryKeyedStore<>(clock);
    }

    @Override
    protected KeyedStore<String, String> another(KeyedStore<String, String> store) {
        return store;
    }

    @Override
    protected void advance(KeyedStore<String, String> store, Duration by) {
        clock.advance(by);
        ((MemoryKeyedStore<String, String>) store).sweep();
    }
}
