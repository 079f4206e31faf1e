-- ARGV: for each key: key, version, ms that it has left. Only what is still that version is touched.
for i = 3, #ARGV, 3 do
    local packed = redis.call('HGET', ENTRIES, ARGV[i])
    if packed and string.match(packed, '^%d+') == ARGV[i + 1] then
        redis.call('ZADD', DEADLINES, text(now + tonumber(ARGV[i + 2])), ARGV[i])
    end
end
return {1, raw, last}
