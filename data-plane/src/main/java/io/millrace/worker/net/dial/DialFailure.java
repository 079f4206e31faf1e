package io.millrace.worker.net.dial;

import io.millrace.model.wire.OriginObservation.Failure;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

/** Why an attempt to connect to an origin failed, in the words of the model. */
public final class DialFailure {

    private DialFailure() {}

    public static Failure of(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException timeout -> Failure.TIMEOUT;
            case NoRouteToHostException noRoute -> Failure.UNREACHABLE;
            case UnknownHostException unknown -> Failure.UNREACHABLE;
            case ConnectException refused
            when String.valueOf(refused.getMessage()).contains("refused") -> Failure.REFUSED;
            default -> Failure.UNREACHABLE;
        };
    }

    /** For people. */
    public static String detail(Throwable cause) {
        return of(cause) == Failure.REFUSED ? "nothing listens there" : String.valueOf(cause.getMessage());
    }
}
