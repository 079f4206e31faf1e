-- ARGV: for each entry: key, version, time to live, value. Written unless the store knows better; says how many were. Their time begins anew.
local written = 0
for i = 3, #ARGV, 4 do
    local key, version, ttl, value = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
    local there = stored(key)
    local tombstone = redis.call('ZSCORE', TOMBSTONES, key)
    if (not there or tonumber(there) < tonumber(version)) and not (tombstone and tonumber(tombstone) >= tonumber(version)) then
        local previous = last
        last = math.max(last + 1, tonumber(version))
        redis.call('HSET', STATE, 'last', text(last))
        put(key, version, ttl, value)
        publish('w', key, previous, version, ttl, value)
        written = written + 1
    end
end
return {1, raw, last, written}
