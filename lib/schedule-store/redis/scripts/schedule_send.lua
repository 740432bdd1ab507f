-- Notes runs and puts their messages into their queues, each in one step (SST-5, SST-6).
-- KEYS: lock, then for each run: schedule, entry, list
-- ARGV: token, tolerance, notes, then for each run: why, slot, now, score, meta, count, note, raw, pending
-- token '' = without a lease; score '' = its place stays; raw '' = the message is sent by somebody else, and
-- `pending` is noted until that has happened.
-- For each run: sent, taken, lease-lost, unknown, a list of pending and what is pending since an earlier turn, or a list
-- of error and the reason: then nothing of it was noted.
local token, tolerance, notes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local isHeld = token == '' or redis.call('GET', KEYS[1]) == token

local function withEarlier(note, earlier)
  local at, from = 1, 1
  while at < notes do
    local stop = string.find(earlier, '\n', from, true)
    if not stop then
      return note .. '\n' .. earlier
    end
    at, from = at + 1, stop + 1
  end
  return note .. '\n' .. string.sub(earlier, 1, from - 2)
end

local function metaByHand(old, count)
  local meta, found = string.gsub(old, '"total_run_count":%s*%d+', '"total_run_count": ' .. count, 1)
  if found == 0 and string.find(old, '"last_run_at"', 1, true) then
    return (string.gsub(old, '}%s*$', ', "total_run_count": ' .. count .. '}'))
  end
  return meta
end

local function send(key, arg)
  local schedule, entry, list = KEYS[key], KEYS[key + 1], KEYS[key + 2]
  local why, slot, now, score, meta = ARGV[arg], tonumber(ARGV[arg + 1]), tonumber(ARGV[arg + 2]), ARGV[arg + 3], ARGV[arg + 4]
  local count, note, raw, pending = ARGV[arg + 5], ARGV[arg + 6], ARGV[arg + 7], ARGV[arg + 8]
  local had = redis.call('HMGET', entry, 'umbel:slot', 'umbel:now', 'umbel:more', 'umbel:runs', 'umbel:pending', 'meta',
    'umbel:skipped')
  if redis.call('HEXISTS', entry, 'definition') == 0 then
    return 'unknown'
  end
  if had[5] and raw == '' then
    return { 'pending', had[5] }
  end
  if why == 'hand' then
    if not had[2] or tonumber(had[2]) ~= slot then
      return 'taken'
    end
    meta, score = metaByHand(had[6] or '{"last_run_at": null}', count), ''
  else
    local last, skipped = tonumber(had[1] or ''), tonumber(had[7] or '')
    if (skipped and slot <= skipped) or (last and last >= slot and last <= now + tolerance) then
      return 'taken'
    end
  end

  -- The queue first: it may hold another type, and then nothing is noted.
  if raw ~= '' then
    redis.call('LPUSH', list, raw)
  end
  local runs = note
  if had[4] and had[4] ~= '' then
    runs = withEarlier(note, had[4])
  end
  local fields = { 'meta', meta, 'umbel:runs', runs }
  if why ~= 'hand' then
    fields[5], fields[6] = 'umbel:slot', ARGV[arg + 1]
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
  if why == 'hand' then
    redis.call('HDEL', entry, 'umbel:now')
  elseif had[7] then
    redis.call('HDEL', entry, 'umbel:skipped')
  end
  if score ~= '' then
    redis.call('ZADD', schedule, 'XX', score, entry)
  end
  return 'sent'
end

local answers = {}
for at = 1, (#KEYS - 1) / 3 do
  if isHeld then
    local ok, answer = pcall(send, 3 * at - 1, 9 * at - 5)
    if not ok then
      answer = { 'error', type(answer) == 'table' and answer.err or tostring(answer) }
    end
    answers[at] = answer
  else
    answers[at] = 'lease-lost'
  end
end
return answers
