-- ARGV: how many at most, how long graves are kept in ms. Says how many have expired.
local limit = tonumber(ARGV[3])
if raw - ran >= 100 then
    redis.call('HSET', STATE, 'ran', text(raw))
end
if hold > raw then
    return {1, raw, last, 0}
end
local due = redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', text(now), 'LIMIT', 0, limit)
for _, key in ipairs(due) do
    expire(key)
end
redis.call('ZREMRANGEBYSCORE', GRAVES, '-inf', text(micros - tonumber(ARGV[4]) * 1000))
return {1, raw, last, #due}
