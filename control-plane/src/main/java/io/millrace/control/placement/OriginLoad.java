package io.millrace.control.placement;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How busy an origin is, as far as it is known.
 *
 * @param cpuPercent of its machine, as the origin reports it
 * @param sessions connections it serves, from its own report or, failing that, from the workers'
 * @param kbps what workers carry to and from it
 */
public record OriginLoad(OptionalDouble cpuPercent, OptionalInt sessions, OptionalDouble kbps) {

    public static final OriginLoad UNKNOWN =
            new OriginLoad(OptionalDouble.empty(), OptionalInt.empty(), OptionalDouble.empty());
}
