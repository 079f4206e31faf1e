-- ARGV: how many at most, how long tombstones are kept in ms. Says how many have expired.
local limit = tonumber(ARGV[3])
if not state[2] or raw - ran >= 100 then
    redis.call('HSET', STATE, 'ran', text(raw))
end
if hold > raw then
    return {1, raw, last, 0}
end
local due = redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', text(now), 'LIMIT', 0, limit)
for _, key in ipairs(due) do
    expire(key)
end
redis.call('ZREMRANGEBYSCORE', TOMBSTONES, '-inf', text(micros - tonumber(ARGV[4]) * 1000))
return {1, raw, last, #due}
