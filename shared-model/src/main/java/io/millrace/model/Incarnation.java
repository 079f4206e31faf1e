package io.millrace.model;

/** One run of an origin's process; a restart changes it, while the origin stays the same. */
public record Incarnation(String service, String pid) {

    /** For origins that send nothing about their process. */
    public static final Incarnation UNKNOWN = new Incarnation("", "");
}
