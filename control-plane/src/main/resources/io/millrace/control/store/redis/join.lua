-- Says the id of this store's history and the version up to which it is whole. A server process that is new to the store (started anew, or
-- a replica that became master) may have lost the newest writes: its history has a new id. Last comes since when control planes have kept it.
if not state[2] then
    redis.call('HSET', STATE, 'ran', text(raw))
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local known = redis.call('HMGET', STATE, 'server', 'id', 'whole')
if known[1] == run then
    return {1, raw, last, known[2], tonumber(known[3]), state[5] or ''}
end
local id = run .. '-' .. text(micros)
redis.call('HSET', STATE, 'server', run, 'id', id, 'whole', text(last))
return {1, raw, last, id, last, state[5] or ''}
