-- ARGV: cursor, about how many. Says the next cursor, then key and packed entry in turns.
local page = redis.call('HSCAN', ENTRIES, ARGV[3], 'COUNT', ARGV[4])
local reply = {1, raw, last, page[1]}
for _, part in ipairs(page[2]) do
    reply[#reply + 1] = part
end
return reply
