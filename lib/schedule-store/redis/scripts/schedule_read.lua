-- Reads many entries in one answer: a command for each would cost their reader more than their contents.
-- KEYS: entries
-- ARGV: fields
-- For each entry, flat: its fields in their order, cut behind the last one that is there, or what was wrong as a text.
local answer = {}
for at = 1, #KEYS do
  local values = redis.pcall('HMGET', KEYS[at], unpack(ARGV))
  if values.err then
    answer[at] = values.err
  else
    for last = #ARGV, 1, -1 do
      if values[last] then
        break
      end
      values[last] = nil
    end
    answer[at] = values
  end
end
return answer
