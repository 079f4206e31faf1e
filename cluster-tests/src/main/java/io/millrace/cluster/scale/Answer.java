package io.millrace.cluster.scale;

/**
 * What a control plane answered.
 *
 * @param status 0 when the connection broke
 * @param bytes of the whole answer, head included
 * @param atNanos when it was complete
 */
record Answer(int status, String body, int bytes, long atNanos) {

    boolean isOk() {
        return status >= 200 && status < 300;
    }

    /** The text that follows the first {@code "name":"}, up to the next quote; empty if there is none. */
    String text(String name) {
        String before = "\"" + name + "\":\"";
        int from = body.indexOf(before);
        return from < 0 ? "" : body.substring(from + before.length(), body.indexOf('"', from + before.length()));
    }

    /** The digits that follow the first {@code "name":}. */
    long number(String name) {
        String before = "\"" + name + "\":";
        int from = body.indexOf(before);
        if (from < 0) {
            throw new IllegalStateException("there is no " + name + " in " + body);
        }
        int start = from + before.length();
        int end = start;
        while (end < body.length() && Character.isDigit(body.charAt(end))) {
            end++;
        }
        return Long.parseLong(body, start, end, 10);
    }
}
