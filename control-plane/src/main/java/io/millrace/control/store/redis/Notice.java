package io.millrace.control.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a store's channel says of one change.
 *
 * @param previous the store's newest change before this one; a copy that knows another has missed a change
 * @param at this change's place in the order of all changes of the store
 * @param version of the entry; 0 if it is gone
 */
record Notice(Kind kind, long previous, long at, long version, long timeToLive, List<byte[]> keyAndValue) {

    enum Kind {
        WRITTEN,
        REMOVED,
        EXPIRED
    }

    byte[] key() {
        return keyAndValue.getFirst();
    }

    byte[] value() {
        return keyAndValue.getLast();
    }

    /** Empty if it is not a message of this format. */
    static Optional<Notice> parse(byte[] message) {
        int end = 0;
        while (end < message.length && message[end] != '\n') {
            end++;
        }
        String[] head = new String(message, 0, end, StandardCharsets.US_ASCII).split(" ", -1);
        if (end == message.length || head.length != 6) {
            return Optional.empty();
        }
        try {
            int key = end + 1;
            int value = Math.addExact(key, Integer.parseInt(head[5]));
            if (value < key || value > message.length) {
                return Optional.empty();
            }
            return kind(head[0])
                    .map(kind -> new Notice(
                            kind,
                            Long.parseLong(head[1]),
                            Long.parseLong(head[2]),
                            Long.parseLong(head[3]),
                            Long.parseLong(head[4]),
                            List.of(
                                    Arrays.copyOfRange(message, key, value),
                                    Arrays.copyOfRange(message, value, message.length))));
        } catch (NumberFormatException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Kind> kind(String letter) {
        return switch (letter) {
            case "w" -> Optional.of(Kind.WRITTEN);
            case "r" -> Optional.of(Kind.REMOVED);
            case "x" -> Optional.of(Kind.EXPIRED);
            default -> Optional.empty();
        };
    }
}
