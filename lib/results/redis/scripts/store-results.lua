-- Stores and publishes task metas, each unless a SUCCESS is there already (RES-2).
-- One step for all: no GET before it, and no gap in which a SUCCESS could be overwritten.
-- KEYS: the key of each meta; its name is also the channel (wire.md E1)
-- ARGV: for each key the meta, then the seconds to keep it (0 = for ever)
-- Returns for each key 1 = stored, 0 = the SUCCESS stays, 2 = what is there cannot be read here, or an error's text.
local answers = {}
for index, key in ipairs(KEYS) do
  local value, seconds = ARGV[2 * index - 1], ARGV[2 * index]
  local found = redis.pcall('GET', key)
  local answer = 1
  if type(found) == 'table' then
    answer = found['err']
  elseif found then
    local status = string.match(found, '^{"status": "([^"\\]*)"')
    if not status then
      local readable, meta = pcall(cjson.decode, found)
      status = readable and type(meta) == 'table' and meta['status']
    end
    if status == 'SUCCESS' then
      answer = 0
    elseif type(status) ~= 'string' then
      answer = 2
    end
  end
  if answer == 1 then
    local done
    if seconds == '0' then
      done = redis.pcall('SET', key, value)
    else
      done = redis.pcall('SET', key, value, 'EX', seconds)
    end
    if done['err'] then
      answer = done['err']
    else
      redis.pcall('PUBLISH', key, value)
    end
  end
  answers[index] = answer
end
return answers
