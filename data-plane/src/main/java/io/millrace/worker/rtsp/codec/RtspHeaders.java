package io.millrace.worker.rtsp.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The headers of a message in their order. */
public record RtspHeaders(List<RtspHeader> all) {

    public static final RtspHeaders NONE = new RtspHeaders(List.of());

    public RtspHeaders {
        all = List.copyOf(all);
    }

    public Optional<String> first(String name) {
        return all.stream()
                .filter(header -> header.isNamed(name))
                .map(RtspHeader::value)
                .findFirst();
    }

    /** At the end, beside others of that name. */
    public RtspHeaders plus(String name, String value) {
        List<RtspHeader> more = new ArrayList<>(all);
        more.add(new RtspHeader(name, value));
        return new RtspHeaders(more);
    }

    /** Each header of that name with another value. */
    public RtspHeaders changed(String name, UnaryOperator<String> change) {
        return new RtspHeaders(all.stream()
                .map(header ->
                        header.isNamed(name) ? new RtspHeader(header.name(), change.apply(header.value())) : header)
                .toList());
    }

    public RtspHeaders without(String name) {
        return new RtspHeaders(
                all.stream().filter(header -> !header.isNamed(name)).toList());
    }

    /** One header of that name instead of all there are, where the first of them stood. */
    public RtspHeaders with(String name, String value) {
        List<RtspHeader> changed = new ArrayList<>();
        boolean stands = false;
        for (RtspHeader header : all) {
            if (!header.isNamed(name)) {
                changed.add(header);
            } else if (!stands) {
                stands = true;
                changed.add(new RtspHeader(header.name(), value));
            }
        }
        RtspHeaders others = new RtspHeaders(changed);
        return stands ? others : others.plus(name, value);
    }
}
