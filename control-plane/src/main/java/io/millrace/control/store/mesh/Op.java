package io.millrace.control.store.mesh;

import java.util.Arrays;

/**
 * Something to be done to a key: as a request, or as a part of what was decided.
 *
 * @param id names the request in the whole mesh; 0 where nobody waits for an answer
 * @param version in a request the version that is expected; in a decision the new one, or for {@link Kind#TOUCH} the one that is meant
 * @param ttlMillis 0 for good; a time from now on, so that the clocks of two control planes need not agree
 */
record Op(Kind kind, long id, String store, String key, long version, long ttlMillis, Bytes value) {

    enum Kind {
        PUT('p'),
        REMOVE('r'),
        EXPIRE('e'),
        TOUCH('t'),
        /** Changes nothing; its answer says that everything before it is known. */
        ASK('a'),
        /** From now on versions are above the one that it names. */
        RAISE('v');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        char code() {
            return code;
        }

        static Kind of(char code) {
            return Arrays.stream(values())
                    .filter(kind -> kind.code == code)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no kind of operation is '" + code + "'"));
        }
    }

    static Op put(long id, String store, String key, long version, long ttlMillis, Bytes value) {
        return new Op(Kind.PUT, id, store, key, version, ttlMillis, value);
    }

    static Op remove(long id, String store, String key, long version) {
        return new Op(Kind.REMOVE, id, store, key, version, 0, Bytes.NONE);
    }

    static Op expire(String store, String key, long version) {
        return new Op(Kind.EXPIRE, 0, store, key, version, 0, Bytes.NONE);
    }

    static Op touch(String store, String key, long version, long ttlMillis) {
        return new Op(Kind.TOUCH, 0, store, key, version, ttlMillis, Bytes.NONE);
    }

    static Op ask(long id, String store, String key) {
        return new Op(Kind.ASK, id, store, key, 0, 0, Bytes.NONE);
    }

    static Op raise(long id, String store, long floor) {
        return new Op(Kind.RAISE, id, store, "", floor, 0, Bytes.NONE);
    }

    Op as(long decidedVersion) {
        return new Op(kind, id, store, key, decidedVersion, ttlMillis, value);
    }

    int size() {
        return 64 + store.length() + key.length() + value.length();
    }
}
