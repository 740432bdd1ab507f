-- Counts one finished part of a chord; the last one gets the claim to send the body (wire.md E4).
-- KEYS: 1 .j parts  2 .t added later  3 .s size  4 .d counted  5 the saved group  6 .c claim
-- ARGV: 1 '<task id>:<index>', '' = only look  2 the part  3 its score, '' = a list, not a sorted set
--       4 seconds the chord is kept (0 = for ever)  5 the same for the saved group  6 seconds of a claim  7 token
-- Returns 1 = the claim is ours, 0 = not complete or somebody else's.
if redis.call('GET', KEYS[6]) == 'done' then
  return 0
end
local ordered = ARGV[3] ~= ''
if ARGV[1] ~= '' then
  if redis.call('SADD', KEYS[4], ARGV[1]) == 1 then
    if ordered then
      redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
    else
      redis.call('RPUSH', KEYS[1], ARGV[2])
    end
  end
  if ARGV[4] ~= '0' then
    for index = 1, 4 do
      redis.call('EXPIRE', KEYS[index], ARGV[4])
    end
  end
  if ARGV[5] ~= '0' then
    redis.call('EXPIRE', KEYS[5], ARGV[5])
  end
end
local size = tonumber(redis.call('GET', KEYS[3]) or nil)
if size == nil then
  return 0
end
local count = redis.call(ordered and 'ZCARD' or 'LLEN', KEYS[1])
if count ~= size + tonumber(redis.call('GET', KEYS[2]) or 0) then
  return 0
end
return redis.call('SET', KEYS[6], ARGV[7], 'NX', 'EX', ARGV[6]) and 1 or 0
