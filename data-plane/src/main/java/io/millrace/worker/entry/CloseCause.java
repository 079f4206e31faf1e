package io.millrace.worker.entry;

import io.millrace.worker.admin.sessions.CloseReason;
import io.millrace.worker.net.memory.OverBudgetException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;

/** Why a session ends whose connection failed. */
public record CloseCause(CloseReason reason, String detail) {

    /** @param cause as the connection's pipeline tells it */
    public static CloseCause of(Throwable cause, CloseReason whenReset, CloseReason whenMalformed) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case OverBudgetException _ -> new CloseCause(CloseReason.MEMORY_FULL, message);
            case IOException _ -> new CloseCause(whenReset, message);
            case DecoderException _ -> new CloseCause(whenMalformed, message);
            default -> new CloseCause(CloseReason.INTERNAL_ERROR, cause.toString());
        };
    }

    /** Whether the cause is in this program. */
    public boolean isInternal() {
        return reason == CloseReason.INTERNAL_ERROR;
    }
}
