package io.millrace.worker.settings;

import io.millrace.model.address.Networks;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads settings by name and gathers what is wrong with them, so that an operator sees every mistake at once. A setting that
 * makes no sense reads as its default until {@link #check()} refuses the start.
 */
public final class SettingsReader {

    private static final Pattern HOST_NAMES = Pattern.compile("\\s*[\\w.-]+\\s*(,\\s*[\\w.-]+\\s*)*");

    private final Function<String, Optional<String>> lookup;
    private final Map<String, Setting> known = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    public SettingsReader(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    /**
     * What can be set.
     *
     * @param usual what counts when it is not set; empty for nothing
     */
    public record Setting(String name, String usual, String allowed) {

        /** As an environment variable, which is what most operators set: millrace.max-sessions is MILLRACE_MAX_SESSIONS. */
        public String variable() {
            return shownName(name);
        }
    }

    /** Everything that was read so far, in the order of reading. */
    public List<Setting> known() {
        return List.copyOf(known.values());
    }

    private void know(String name, String usual, String allowed) {
        known.putIfAbsent(name, new Setting(name, usual, allowed));
    }

    public String text(String name, String usual) {
        know(name, usual, "text");
        return value(name).orElse(usual);
    }

    public Optional<String> value(String name) {
        know(name, "", "text");
        return lookup.apply(name).map(String::strip).filter(text -> !text.isEmpty());
    }

    public int number(String name, int usual, int min, int max) {
        return Math.toIntExact(number(name, (long) usual, min, max));
    }

    public long number(String name, long usual, long min, long max) {
        String allowed = "whole numbers from " + min + " to " + max;
        know(name, Long.toString(usual), allowed);
        return value(name)
                .map(text -> {
                    try {
                        long number = Long.parseLong(text);
                        if (number >= min && number <= max) {
                            return number;
                        }
                    } catch (NumberFormatException e) {
                        // Reported below, together with numbers that are out of range.
                    }
                    bad(name, text, "allowed are " + allowed);
                    return usual;
                })
                .orElse(usual);
    }

    public Duration duration(String name, Duration usual, Duration min, Duration max) {
        String allowed = Durations.ALLOWED + " from " + Durations.show(min) + " to " + Durations.show(max);
        know(name, Durations.show(usual), allowed);
        return value(name)
                .map(text -> {
                    try {
                        Duration duration = Durations.parse(text);
                        if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
                            return duration;
                        }
                        bad(name, text, "allowed is " + allowed);
                    } catch (IllegalArgumentException e) {
                        bad(name, text, String.valueOf(e.getMessage()));
                    }
                    return usual;
                })
                .orElse(usual);
    }

    public boolean onOff(String name, boolean usual) {
        know(name, usual ? "on" : "off", "on, off");
        return value(name)
                .map(text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "on", "true" -> true;
                    case "off", "false" -> false;
                    default -> {
                        bad(name, text, "allowed are on and off");
                        yield usual;
                    }
                })
                .orElse(usual);
    }

    /** @param usualHost stands in when only a port is set; empty for all addresses */
    public ListenerAddress address(String name, String usual, String usualHost) {
        know(name, usual, "port, host:port, [ipv6]:port");
        String text = text(name, usual);
        try {
            return ListenerAddress.parse(text, usualHost);
        } catch (IllegalArgumentException e) {
            bad(name, text, String.valueOf(e.getMessage()));
            return ListenerAddress.parse(usual, usualHost);
        }
    }

    /** A listener that is off unless an address is set, on all addresses when only a port is. */
    public Optional<ListenerAddress> listener(String name) {
        know(name, "off", "off, port, host:port, [ipv6]:port");
        return value(name).filter(text -> !text.equalsIgnoreCase("off")).flatMap(text -> {
            try {
                return Optional.of(ListenerAddress.parse(text, ""));
            } catch (IllegalArgumentException e) {
                bad(name, text, e.getMessage() + ", and off");
                return Optional.empty();
            }
        });
    }

    /** URLs separated by commas, without a slash at the end. */
    public List<URI> urls(String name, String usual) {
        know(name, usual, "http:// and https:// URLs, separated by commas");
        List<URI> urls = new ArrayList<>();
        for (String part : text(name, usual).split(",", -1)) {
            String text = part.strip();
            while (text.endsWith("/")) {
                text = text.substring(0, text.length() - 1);
            }
            try {
                URI url = new URI(text);
                String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
                if (url.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                    urls.add(url);
                    continue;
                }
            } catch (URISyntaxException e) {
                // Reported below, together with URLs of other schemes.
            }
            bad(name, part, "allowed are http://host:port and https://host:port, several with commas between them");
        }
        return List.copyOf(urls);
    }

    /** Networks separated by commas, or none. */
    public Networks networks(String name, String usual) {
        know(name, usual, Networks.FORM);
        String text = text(name, usual);
        try {
            return Networks.parse(text);
        } catch (IllegalArgumentException e) {
            bad(name, text, "allowed are " + Networks.FORM);
            return Networks.NONE;
        }
    }

    /** Names of hosts separated by commas, in lower case. */
    public Set<String> hostNames(String name) {
        String allowed = "names of hosts, separated by commas";
        know(name, "", allowed);
        String text = value(name).orElse("").toLowerCase(Locale.ROOT);
        if (!text.isEmpty() && !HOST_NAMES.matcher(text).matches()) {
            bad(name, text, "allowed are " + allowed);
            return Set.of();
        }
        return text.isEmpty()
                ? Set.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toUnmodifiableSet());
    }

    /** Notes a mistake that only the caller can see. */
    public void bad(String name, String value, String allowed) {
        problems.add(shownName(name) + " is '" + value + "'; " + allowed);
    }

    /** @throws BadSettingsException when any setting made no sense */
    public void check() {
        if (!problems.isEmpty()) {
            throw new BadSettingsException(problems);
        }
    }

    private static String shownName(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
