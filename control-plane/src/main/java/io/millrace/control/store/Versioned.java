package io.millrace.control.store;

/**
 * A value and the version under which it is stored. Versions of one key only grow; 0 stands for "not there".
 */
public record Versioned<V>(V value, long version) {

    /** What a compare-and-set expects when the key must not exist yet. */
    public static final long ABSENT = 0;
}
