-- Keeps the claim of a chord while its body is sent. One that ran out is taken again, if nobody else has it.
-- KEYS: 1 .c claim  2 .s size      ARGV: 1 token  2 seconds
-- Returns 1 = ours, 0 = somebody else's, or the chord has ended.
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] or (not holder and redis.call('EXISTS', KEYS[2]) == 1) then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return 1
end
return 0
