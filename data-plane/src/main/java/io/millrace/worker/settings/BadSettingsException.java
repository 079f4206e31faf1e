package io.millrace.worker.settings;

import java.util.List;

/** Settings that make no sense: one line for each, naming the variable, its value and what is allowed. */
public final class BadSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadSettingsException(List<String> lines) {
        super(String.join(System.lineSeparator(), lines));
    }
}
