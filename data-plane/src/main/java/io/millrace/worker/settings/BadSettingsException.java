package io.millrace.worker.settings;

import java.io.IOException;
import java.util.List;

/** Settings that make no sense: one line for each, naming the variable, its value and what is allowed. */
public final class BadSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadSettingsException(List<String> lines) {
        super(String.join(System.lineSeparator(), lines));
    }

    /** @param variable the setting that holds the address */
    public static BadSettingsException cannotOpen(String variable, ListenerAddress address, IOException cause) {
        return new BadSettingsException(
                List.of(variable + " is '" + address + "'; it cannot be opened: " + cause.getMessage()));
    }
}
