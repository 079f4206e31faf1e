package io.millrace.control.store.redis;

/** What tests run in a store. */
final class TestScripts {

    /** Moves the store's time on by some ms; says the store's newest change. */
    static final Script AHEAD = Script.of("""
            redis.call('HINCRBY', KEYS[3], 'test-ahead', ARGV[3])
            local time = redis.call('TIME')
            return {1, time[1] * 1000 + time[2] / 1000, tonumber(redis.call('HGET', KEYS[3], 'last') or 0)}
            """);

    private TestScripts() {}
}
