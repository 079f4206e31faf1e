package io.millrace.control.settings;

import io.millrace.control.start.CannotStartException;
import java.util.Locale;

/** A setting whose value makes no sense. */
public final class InvalidSettingException extends CannotStartException {

    private static final long serialVersionUID = 1L;

    /** @param property the name in application.properties; the variable's name follows from it */
    public InvalidSettingException(String property, String value, String allowed) {
        super(variable(property) + " (" + property + ") is '" + value + "'; allowed is " + allowed);
    }

    /** The environment variable of a property. */
    public static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
