package io.millrace.control.workers;

/** What came of an order to a worker. */
public enum Order {
    GIVEN,
    UNKNOWN,
    /** The session id is not unique, and no worker was named. */
    AMBIGUOUS,
    /** Too many directives wait already for that worker. */
    QUEUE_FULL
}
