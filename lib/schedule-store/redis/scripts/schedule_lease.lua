-- Makes a lease last longer, or ends it, if it is still this holder's.
-- KEYS: lock
-- ARGV: token, milliseconds (0 = it ends)
local lock = KEYS[1]
local token, milliseconds = ARGV[1], tonumber(ARGV[2])

if redis.call('GET', lock) ~= token then
  return 0
end
if milliseconds == 0 then
  return redis.call('DEL', lock)
end
return redis.call('PEXPIRE', lock, milliseconds)
