-- Stores and publishes a task meta, if nobody else has stored another one since it was looked at.
-- One step instead of GET and MULTI: a stored SUCCESS cannot be overwritten in between (RES-2).
-- KEYS: 1 the key of the meta; its name is also the channel (wire.md E1)
-- ARGV: 1 sha1 of what was there ('' = nothing)  2 the meta  3 seconds to keep it (0 = for ever)
-- Returns 1 = stored, 0 = something else is there now.
local found = redis.call('GET', KEYS[1])
if (found and redis.sha1hex(found) or '') ~= ARGV[1] then
  return 0
end
if ARGV[3] == '0' then
  redis.call('SET', KEYS[1], ARGV[2])
else
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
redis.call('PUBLISH', KEYS[1], ARGV[2])
return 1
