-- Writes what a person or the code wants of one entry, unless somebody else was faster.
-- KEYS: entry, schedule, other, statics, version
-- ARGV: mode, expected, score, static, name, deleted, written, rest
-- mode: add (it must not be there), put (either), edit (it must be there), quiet (as edit, and the version stays).
-- expected: the definition as it was read ('' = it was not there, '*' = whatever it is); static: 1, 0 or '' to leave it.
-- rest: `deleted` names of fields, `written` names and values, then names and values for fields that are not there yet.
local entry, schedule, other, statics, version = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local mode, expected, score, static, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local deleted, written, rest = tonumber(ARGV[6]), tonumber(ARGV[7]), 8

local definition = redis.call('HGET', entry, 'definition')
if definition and mode == 'add' then
  return 'exists'
end
if not definition and (mode == 'edit' or mode == 'quiet') then
  return 'unknown'
end
if expected ~= '*' and (definition or '') ~= expected then
  return 'changed'
end

for at = rest, rest + deleted - 1 do
  redis.call('HDEL', entry, ARGV[at])
end
rest = rest + deleted
for at = rest, rest + 2 * written - 1, 2 do
  redis.call('HSET', entry, ARGV[at], ARGV[at + 1])
end
rest = rest + 2 * written
for at = rest, #ARGV, 2 do
  redis.call('HSETNX', entry, ARGV[at], ARGV[at + 1])
end
if score ~= '' then
  redis.call('ZREM', other, entry)
  redis.call('ZADD', schedule, score, entry)
end
if static == '1' then
  redis.call('SADD', statics, name)
elseif static == '0' then
  redis.call('SREM', statics, name)
end
if mode ~= 'quiet' then
  redis.call('INCR', version)
end
return 'done'
