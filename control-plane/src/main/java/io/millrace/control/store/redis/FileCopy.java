package io.millrace.control.store.redis;

import java.time.Duration;

/** What a control plane keeps of a store on its own disk. All but {@link #follow} only on the keeping thread or before it runs. */
interface FileCopy<K extends Comparable<K>, V> {

    /** Fills an empty copy; says which history of the store it is from, empty if from none. */
    String load(Copy<K, V> copy);

    /** Listens for changes from now on. */
    void follow(Copy<K, V> copy);

    /** Writes if anything has changed. */
    void keep(Copy<K, V> copy, String history);

    void close();

    /** How long the store remembers what was removed, so that no control plane that was disconnected for less writes it again. */
    Duration tombstones();

    /** For stores of which nothing is kept. */
    static <K extends Comparable<K>, V> FileCopy<K, V> none() {
        return new FileCopy<>() {
            @Override
            public String load(Copy<K, V> copy) {
                return "";
            }

            @Override
            public void follow(Copy<K, V> copy) {}

            @Override
            public void keep(Copy<K, V> copy, String history) {}

            @Override
            public void close() {}

            @Override
            public Duration tombstones() {
                return Duration.ofMinutes(15);
            }
        };
    }
}
