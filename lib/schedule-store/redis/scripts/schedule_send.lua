-- Notes one run and puts its message into its queue, in one step (SST-5, SST-6).
-- KEYS: lock, schedule, entry, list
-- ARGV: token, why, slot, now, tolerance, score, meta, count, note, notes, raw, pending
-- token '' = without a lease; score '' = its place stays; raw '' = the message is sent by somebody else, and
-- `pending` is noted until that has happened.
-- Answers sent, taken, lease-lost, unknown, or a list of pending and what is pending since an earlier turn.
local lock, schedule, entry, list = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local token, why, slot, now, tolerance = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local score, meta, count, note, notes = ARGV[6], ARGV[7], ARGV[8], ARGV[9], tonumber(ARGV[10])
local raw, pending = ARGV[11], ARGV[12]

if token ~= '' and redis.call('GET', lock) ~= token then
  return 'lease-lost'
end
local had = redis.call('HMGET', entry, 'umbel:slot', 'umbel:now', 'umbel:more', 'umbel:runs', 'umbel:pending', 'meta',
  'definition', 'umbel:skipped')
if not had[7] then
  return 'unknown'
end
if had[5] and raw == '' then
  return { 'pending', had[5] }
end
if why == 'hand' then
  if not had[2] or tonumber(had[2]) ~= slot then
    return 'taken'
  end
  local old = had[6] or '{"last_run_at": null}'
  local found
  meta, found = string.gsub(old, '"total_run_count":%s*%d+', '"total_run_count": ' .. count, 1)
  if found == 0 and string.find(old, '"last_run_at"', 1, true) then
    meta = string.gsub(old, '}%s*$', ', "total_run_count": ' .. count .. '}')
  end
  score = ''
else
  local last, skipped = tonumber(had[1] or ''), tonumber(had[8] or '')
  if (skipped and slot <= skipped) or (last and last >= slot and last <= now + tolerance) then
    return 'taken'
  end
end

-- The queue first: it may hold another type, and then nothing is noted.
if raw ~= '' then
  redis.call('LPUSH', list, raw)
end
local runs = note
local at = 1
for line in string.gmatch(had[4] or '', '[^\n]+') do
  at = at + 1
  if at > notes then
    break
  end
  runs = runs .. '\n' .. line
end
local fields = { 'meta', meta, 'umbel:runs', runs }
if why == 'hand' then
  redis.call('HDEL', entry, 'umbel:now')
else
  if had[8] then
    redis.call('HDEL', entry, 'umbel:skipped')
  end
  fields[5], fields[6] = 'umbel:slot', ARGV[3]
end
if had[3] and string.find(had[3], '"oneOff":true', 1, true) then
  fields[#fields + 1], fields[#fields + 2] = 'umbel:over', '1'
end
if raw == '' then
  fields[#fields + 1], fields[#fields + 2] = 'umbel:pending', pending
  fields[#fields + 1] = 'umbel:before'
  fields[#fields + 1] = cjson.encode({ slot = had[1] or '', now = had[2] or '', meta = had[6] or '' })
end
redis.call('HSET', entry, unpack(fields))
if score ~= '' then
  redis.call('ZADD', schedule, 'XX', score, entry)
end
return 'sent'
