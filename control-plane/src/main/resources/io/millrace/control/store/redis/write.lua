-- ARGV: key, expected version, time to live in ms (0 for good), value, a number that the new version has to be above.
-- A refusal says version, time to live and value of what is there.
local key, expected, ttl, value = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local version, oldTtl, oldValue = stored(key)
if (version or '0') ~= expected then
    return {0, raw, last, version or '0', oldTtl or '0', oldValue or ''}
end
local previous = advance(tonumber(ARGV[7]))
put(key, text(last), ttl, value)
publish('w', key, previous, text(last), ttl, value)
return {1, raw, last}
