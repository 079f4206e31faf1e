-- ARGV: key, expected version. A refusal says version, time to live and value of what is there.
local key, expected = ARGV[3], ARGV[4]
local version, oldTtl, oldValue = stored(key)
if not version or version ~= expected then
    return {0, raw, last, version or '0', oldTtl or '0', oldValue or ''}
end
redis.call('HDEL', ENTRIES, key)
redis.call('ZREM', DEADLINES, key)
local previous = advance(0)
redis.call('ZADD', TOMBSTONES, text(last), key)
publish('r', key, previous, '0', '0', '')
return {1, raw, last}
