package io.millrace.control.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Parsers for JSON from outside. A token of two characters can cost sixty bytes as a tree, so the number of tokens is bounded as well as the
 * length of the text.
 */
public final class JsonLimits {

    /** For one origin, one hook, one order. */
    public static final int SMALL = 10_000;

    /** For all that operators configure: ten thousand origins, a thousand rules, ten thousand vhosts. */
    public static final int DOCUMENT = 600_000;

    /** For all that a worker carries: twenty thousand sessions and as many streams. */
    public static final int REPORT = 1_000_000;

    /** Two levels more than our deepest document has would do; SRS nests its own figures a little deeper. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NAME = 1_024;
    private static final int MAX_TEXT = 64 * 1_024;
    private static final int MAX_DIGITS = 64;

    private JsonLimits() {}

    /** @param maxTokens every brace, bracket, name and value is one */
    public static JsonMapper.Builder mapper(int maxTokens) {
        return JsonMapper.builder(JsonFactory.builder()
                .streamReadConstraints(constraints(maxTokens))
                .build());
    }

    /** For what this process has written itself, of whatever size. */
    public static ObjectMapper lifted(ObjectMapper limited) {
        ObjectMapper lifted = limited.copy();
        lifted.getFactory().setStreamReadConstraints(StreamReadConstraints.defaults());
        return lifted;
    }

    /** @param maxTokens every brace, bracket, name and value is one */
    static StreamReadConstraints constraints(int maxTokens) {
        return StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxTokenCount(maxTokens)
                .maxNameLength(MAX_NAME)
                .maxStringLength(MAX_TEXT)
                .maxNumberLength(MAX_DIGITS)
                .build();
    }
}
