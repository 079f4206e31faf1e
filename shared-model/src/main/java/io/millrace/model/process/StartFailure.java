package io.millrace.model.process;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Why a process cannot start, as an operator reads it: a line for each mistake of theirs, a stack trace only for an internal error. */
public final class StartFailure {

    private static final Pattern NAMED_PROPERTY =
            Pattern.compile("config property (\\S+)(?: with the config value \"([^\"]*)\")?");

    private StartFailure() {}

    /**
     * @param mistakes the lines about an exception that stands for a mistake of the operator; none for others. It is asked for the failure
     *     and for all its causes
     */
    public static void print(Throwable failure, Function<Throwable, List<String>> mistakes, PrintStream out) {
        List<String> lines = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> {
                    List<String> own = mistakes.apply(cause);
                    return own.isEmpty() ? unreadableSetting(cause) : own;
                })
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
        if (lines.isEmpty()) {
            out.println("ERROR cannot start, internal error:");
            failure.printStackTrace(out);
        }
        lines.forEach(line -> out.println("ERROR cannot start: " + line));
    }

    /** What the configuration library says of a setting that it cannot read, in one line. */
    private static List<String> unreadableSetting(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        if (!text.contains("SRCFG")) {
            return List.of();
        }
        String line = text.lines()
                .filter(part -> part.contains("SRCFG"))
                .findFirst()
                .orElse(text)
                .strip();
        Matcher named = NAMED_PROPERTY.matcher(text);
        if (!named.find()) {
            return List.of(line);
        }
        String property = named.group(1);
        String value = named.group(2);
        String variable = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return List.of(variable + " (" + property + ") is '" + (value == null ? "" : value) + "'; "
                + (value == null ? "give it a value, or leave it out for the default" : line));
    }
}
