-- Ends what is pending of an entry: its message was sent, or was not and the note is taken back (SST-5).
-- KEYS: schedule, entry
-- ARGV: pending, how, slot, meta, score, note
-- how: sent (slot, meta and score, when given, are those of the run it now counts as) or failed.
local schedule, entry = KEYS[1], KEYS[2]
local pending, how, slot, meta, score, note = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

local had = redis.call('HMGET', entry, 'umbel:pending', 'umbel:before', 'umbel:runs')
if had[1] ~= pending then
  return 0
end
redis.call('HDEL', entry, 'umbel:pending', 'umbel:before')
if how == 'sent' then
  if slot ~= '' then
    redis.call('HSET', entry, 'umbel:slot', slot, 'meta', meta)
  end
else
  local before = cjson.decode(had[2] or '{}')
  for name, field in pairs({ slot = 'umbel:slot', now = 'umbel:now', meta = 'meta' }) do
    if before[name] and before[name] ~= '' then
      redis.call('HSET', entry, field, before[name])
    else
      redis.call('HDEL', entry, field)
    end
  end
  redis.call('HDEL', entry, 'umbel:over')
  local runs = string.gsub(had[3] or '', '^[^\n]*', function() return note end, 1)
  redis.call('HSET', entry, 'umbel:runs', runs)
end
if score ~= '' then
  redis.call('ZADD', schedule, 'XX', score, entry)
end
return 1
