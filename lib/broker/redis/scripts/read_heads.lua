--[[
  Reads the ends of the messages that are next to be taken: a message says at its end whose it is, and one of 100 MB is
  not sent for that.

  KEYS  . lists   read at their right ends
  ARGV  1 most    bytes of each message that are given back

  Returns a text for each list, '' for one that is empty or no list.
]]
local out = {}
for at, key in ipairs(KEYS) do
  local raw = redis.pcall('LINDEX', key, -1)
  out[at] = type(raw) == 'string' and string.sub(raw, -tonumber(ARGV[1])) or ''
end
return out
