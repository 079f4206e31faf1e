package io.millrace.control.api.events;

import io.millrace.control.errors.InvalidFieldException;

/**
 * Where a reader of events stopped. Ids begin anew with each run of a control plane, so the run belongs to it.
 *
 * @param run empty where a client knows the number only
 */
record EventPosition(String run, long id) {

    private static final int MAX_LENGTH = 128;

    /** {@code run:17}, as an event stream gives it, or {@code 17}. */
    static EventPosition parse(String field, String text) {
        int colon = text.lastIndexOf(':');
        String number = text.substring(colon + 1);
        if (text.length() <= MAX_LENGTH && number.matches("\\d{1,18}")) {
            return new EventPosition(colon < 0 ? "" : text.substring(0, colon), Long.parseLong(number));
        }
        throw new InvalidFieldException(
                field, field + " is '" + text + "'; allowed is the id of an event as the stream gave it, run:number");
    }

    boolean isOf(String thisRun) {
        return run.isEmpty() || run.equals(thisRun);
    }

    String text() {
        return run.isEmpty() ? Long.toString(id) : run + ":" + id;
    }
}
