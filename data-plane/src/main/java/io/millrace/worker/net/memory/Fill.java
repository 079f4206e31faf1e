package io.millrace.worker.net.memory;

import io.netty.channel.WriteBufferWaterMark;

/** How full the budget for pending bytes is, and by what the water marks of all connections are divided then. */
enum Fill {
    LOW(1),
    HALF(2),
    HIGH(8),
    FULL(32);

    private final int divisor;

    Fill(int divisor) {
        this.divisor = divisor;
    }

    static Fill of(long pending, long limit) {
        if (pending < limit / 2) {
            return LOW;
        }
        if (pending < limit / 4 * 3) {
            return HALF;
        }
        return pending < limit / 10 * 9 ? HIGH : FULL;
    }

    WriteBufferWaterMark shrink(WriteBufferWaterMark usual) {
        return divisor == 1 ? usual : new WriteBufferWaterMark(usual.low() / divisor, usual.high() / divisor);
    }
}
