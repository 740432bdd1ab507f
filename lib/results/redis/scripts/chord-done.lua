-- The body of a chord is sent: its keys go, and a mark stays for parts that come again.
-- KEYS: 1 .c claim  2 .j  3 .t  4 .s  5 .d      ARGV: 1 token  2 seconds of the mark
-- Returns 1 = done, 0 = the claim was not ours any more.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
redis.call('SET', KEYS[1], 'done', 'EX', ARGV[2])
return 1
