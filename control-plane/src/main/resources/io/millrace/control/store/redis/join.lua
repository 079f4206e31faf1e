-- Says the id of this store's history and the version up to which it is whole. A server process that is new to the store (started anew, or
-- a replica that became master) may have lost the newest writes: its history has a new id.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local known = redis.call('HMGET', STATE, 'server', 'id', 'whole')
if known[1] == run then
    return {1, raw, last, known[2], tonumber(known[3])}
end
local id = run .. '-' .. text(micros)
redis.call('HSET', STATE, 'server', run, 'id', id, 'whole', text(last))
return {1, raw, last, id, last}
