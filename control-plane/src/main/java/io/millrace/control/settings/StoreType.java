package io.millrace.control.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which stores the operator wants. Who asks for stores that are shared must not get some that are not, so a mistake ends the start. */
public enum StoreType {
    MEMORY,
    REDIS,
    MESH;

    public static final String PROPERTY = "proxy.load.balancer.type";

    public static StoreType of(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type -> type.word().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException(
                        PROPERTY,
                        text,
                        Arrays.stream(values()).map(StoreType::word).collect(Collectors.joining(", "))));
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
