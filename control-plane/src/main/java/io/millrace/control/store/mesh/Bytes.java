package io.millrace.control.store.mesh;

/** Bytes that nobody changes any more. */
final class Bytes {

    static final Bytes NONE = new Bytes(new byte[0]);

    private final byte[] array;

    Bytes(byte[] array) {
        this.array = array;
    }

    /** Not copied: must not be written to. */
    byte[] array() {
        return array;
    }

    int length() {
        return array.length;
    }
}
