--[[
  Reads messages that were set aside, newest first, without sending any of them whole: one may have 100 MB.

  KEYS  1 quarantine   list of unreadable messages, newest at its left
        2 notes        zset, "id reason" -> second
  ARGV  1 offset
        2 limit
        3 most         bytes of each message that are given back

  Returns id, size, the first bytes, reason, second for each; reason and second are '' when nobody noted them.
]]
local notes = {}
local flat = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for at = 1, #flat, 2 do
  local id, reason = string.match(flat[at], '^(%x+) (.*)$')
  if id then notes[id] = { reason, flat[at + 1] } end
end

local out = {}
for at = tonumber(ARGV[1]), tonumber(ARGV[1]) + tonumber(ARGV[2]) - 1 do
  local raw = redis.call('LINDEX', KEYS[1], at)
  if not raw then break end
  local id = redis.sha1hex(string.sub(raw, 1, 65536) .. #raw)
  local note = notes[id] or { '', '' }
  local n = #out
  out[n + 1], out[n + 2], out[n + 3] = id, #raw, string.sub(raw, 1, tonumber(ARGV[3]))
  out[n + 4], out[n + 5] = note[1], note[2]
end
return out
