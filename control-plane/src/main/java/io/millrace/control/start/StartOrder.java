package io.millrace.control.start;

/**
 * In which order the parts of the process start: priorities for observers of the start. What says none starts between
 * {@link #FILES} and {@link #JOBS}. The listener opens after all of them.
 */
public final class StartOrder {

    /** Every setting is read and checked, in whichever package it belongs to; nothing runs yet that had to be stopped again. */
    public static final int SETTINGS = 100;

    /** Files are opened that may be damaged or in use. */
    public static final int FILES = 200;

    /** What is done again and again begins. */
    public static final int JOBS = 10_000;

    private StartOrder() {}
}
