package io.millrace.model.table;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The version of a routing table: {@code epoch:sequence}. Sequences of different epochs cannot be compared. */
public record TableVersion(String epoch, long sequence) {

    @JsonCreator
    public static TableVersion parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new TableVersion(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no table version: its sequence is no number", e);
        }
        throw new IllegalArgumentException("'" + text + "' is no table version: write epoch:sequence");
    }

    public TableVersion next() {
        return new TableVersion(epoch, sequence + 1);
    }

    @Override
    @JsonValue
    public String toString() {
        return epoch + ":" + sequence;
    }
}
