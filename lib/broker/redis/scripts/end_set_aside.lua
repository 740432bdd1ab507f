--[[
  Puts messages that were set aside back into their queue, or deletes them.

  KEYS  1 quarantine   list of unreadable messages, newest at its left
        2 notes        zset, "id reason" -> second
        3 list         where they are put back, oldest first
  ARGV  1 ids          those that are meant, with spaces between; '' for all
        2 how          'put-back' or 'discard'

  Returns how many there were of them.
]]
local wanted, left = {}, 0
for id in string.gmatch(ARGV[1], '%x+') do
  wanted[id], left = true, left + 1
end
local everything = ARGV[1] == ''

local count = 0
local at = redis.call('LLEN', KEYS[1]) - 1
while at >= 0 and (everything or left > 0) do
  local raw = redis.call('LINDEX', KEYS[1], at)
  local id = redis.sha1hex(string.sub(raw, 1, 65536) .. #raw)
  if everything or wanted[id] then
    redis.call('LREM', KEYS[1], -1, raw) -- the last of its kind, which is this one
    if ARGV[2] == 'put-back' then redis.call('LPUSH', KEYS[3], raw) end
    wanted[id], left, count = nil, left - 1, count + 1
  end
  at = at - 1
end
for _, note in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local id = string.match(note, '^%x+')
  if everything or (id and string.find(ARGV[1], id, 1, true)) then redis.call('ZREM', KEYS[2], note) end
end
return count
