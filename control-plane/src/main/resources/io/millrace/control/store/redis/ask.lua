-- ARGV: key. Says version (0 if there is nothing), time to live and value.
local version, ttl, value = stored(ARGV[3])
return {1, raw, last, version or '0', ttl or '0', value or ''}
