-- What every script of a store begins with, after a prelude that defines clock, SILENCE and GRACE.
-- KEYS: entries, deadlines, state, tombstones (one hash tag).
-- ARGV: channel; the server's time in ms after which the request is void, 0 for never; then what the script itself takes.
-- Every reply: 1 done, 0 refused, -1 too late; the server's time in ms; the store's newest version; then what the script itself says.
local ENTRIES, DEADLINES, STATE, TOMBSTONES = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local raw = math.floor(micros / 1000)
if tonumber(ARGV[2]) > 0 and raw > tonumber(ARGV[2]) then
    return {-1, raw, 0}
end
local state = redis.call('HMGET', STATE, 'last', 'ran', 'hold', 'skipped', 'since')
local last = tonumber(state[1] or 0)
local ran = tonumber(state[2] or raw)
local hold = tonumber(state[3] or 0)
local skipped = tonumber(state[4] or 0)

-- A number as the text that Redis keeps; Lua's own way would round it.
local function text(number)
    return string.format('%.0f', number)
end

-- Nobody has been here for a while, or the server's clock was set. Neither is time in which anybody could have touched what lives, so deadlines
-- do not come nearer by it, and all get some time to touch.
if raw - ran > SILENCE or raw < ran then
    skipped = skipped + raw - ran
    if raw > ran then
        state[5] = text(micros)
        redis.call('HSET', STATE, 'since', state[5])
    end
    ran = raw
    hold = raw + GRACE
    redis.call('HSET', STATE, 'ran', text(ran), 'hold', text(hold), 'skipped', text(skipped))
end
local now = clock(raw) - skipped

local function advance(floor)
    local previous = last
    last = math.max(last + 1, micros, floor + 1)
    redis.call('HSET', STATE, 'last', text(last))
    return previous
end

local function publish(kind, key, previous, version, ttl, value)
    local head = {kind, text(previous), text(last), version, ttl, #key}
    redis.call('PUBLISH', ARGV[1], table.concat(head, ' ') .. '\n' .. key .. value)
end

local function expire(key)
    redis.call('HDEL', ENTRIES, key)
    redis.call('ZREM', DEADLINES, key)
    local previous = advance(0)
    publish('x', key, previous, '0', '0', '')
end

-- Version (text), time to live (text) and value of a key; nothing if it is not there.
local function stored(key)
    local packed = redis.call('HGET', ENTRIES, key)
    if not packed then
        return nil
    end
    if hold <= raw then
        local deadline = redis.call('ZSCORE', DEADLINES, key)
        if deadline and tonumber(deadline) <= now then
            expire(key)
            return nil
        end
    end
    local _, to, version, ttl = string.find(packed, '^(%d+) (%d+) ')
    return version, ttl, string.sub(packed, to + 1)
end

local function put(key, version, ttl, value)
    redis.call('HSET', ENTRIES, key, version .. ' ' .. ttl .. ' ' .. value)
    if tonumber(ttl) > 0 then
        redis.call('ZADD', DEADLINES, text(now + tonumber(ttl)), key)
    else
        redis.call('ZREM', DEADLINES, key)
    end
end
