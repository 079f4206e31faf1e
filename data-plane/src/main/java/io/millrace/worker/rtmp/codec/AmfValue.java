package io.millrace.worker.rtmp.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of AMF0, as far as RTMP commands use it. */
public sealed interface AmfValue {

    /** Section 2.2 of the AMF0 specification. */
    record Num(double value) implements AmfValue {}

    record Bool(boolean value) implements AmfValue {}

    /** A short or long string, or an XML document. */
    record Text(String value) implements AmfValue {}

    /** An anonymous or typed object, or an ECMA array; the members keep their order. */
    record Members(Map<String, AmfValue> members) implements AmfValue {

        public Members {
            members = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        public @Nullable AmfValue get(String name) {
            return members.get(name);
        }

        /** A member's text; empty when there is no such member or it is no text. */
        public String text(String name) {
            return members.get(name) instanceof Text text ? text.value() : "";
        }
    }

    record Items(List<AmfValue> items) implements AmfValue {

        public Items {
            items = List.copyOf(items);
        }
    }

    record Date(double millis) implements AmfValue {}

    /** Null, undefined and unsupported, which no RTMP command tells apart. */
    enum Nothing implements AmfValue {
        NULL,
        UNDEFINED
    }
}
