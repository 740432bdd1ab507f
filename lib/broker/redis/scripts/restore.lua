--[[
  Gives one taken message back to its queues, unless somebody else has settled or renewed it.

  KEYS  1 unackedIndex   zset, tag -> second of receipt
        2 unacked        hash, tag -> [message, exchange, routing key]
        . lists          list of each queue it goes to, with its priority
  ARGV  1 tag
        2 message        with its redelivered flags
        3 push           RPUSH: next to be taken; LPUSH: last
        4 latest         only when its score is not above this; +inf for always

  Returns 1 when it was given back, else 0.
]]
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  redis.call('ZREM', KEYS[1], ARGV[1])
  return 0
end
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score and ARGV[4] ~= '+inf' and tonumber(score) > tonumber(ARGV[4]) then return 0 end
-- All or none: a list of another type must not leave copies in the others.
for i = 3, #KEYS do redis.call('LLEN', KEYS[i]) end
redis.call('ZREM', KEYS[1], '') -- a server out of memory refuses LPUSH unless the script has written before
for i = 3, #KEYS do redis.call(ARGV[3], KEYS[i], ARGV[2]) end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
return 1
