package io.millrace.worker.http.server;

import io.millrace.worker.net.loop.EventLoops;
import io.millrace.worker.net.loop.Ticking;
import io.netty.channel.Channel;

/** Where connections get their seconds from. */
public interface Ticks {

    void add(Channel channel, Ticking member);

    void remove(Channel channel, Ticking member);

    static Ticks of(EventLoops loops) {
        return new Ticks() {
            @Override
            public void add(Channel channel, Ticking member) {
                loops.ticker(channel).add(member);
            }

            @Override
            public void remove(Channel channel, Ticking member) {
                loops.ticker(channel).remove(member);
            }
        };
    }
}
