--[[
  Takes several messages at once and notes each as unacknowledged, in one step (BRK-2). kombu does it in two, and a
  client that dies between them loses the message. Steps outer, queues inner, as in kombu's BRPOP.

  KEYS  1 unackedIndex   zset, tag -> second of receipt
        2 unacked        hash, tag -> [message, exchange, routing key]
        . quarantines    list of unreadable messages, one for each queue
        . notes          zset, "id reason" -> second, one for each queue: when and why it was set aside
        . lists          list, read at its right end: all queues of the first priority step, then of the next, ...
  ARGV  1 queueCount
        2 limit          most messages
        3 room           bytes after which it stops
        4 each           messages from one queue before the next one has its turn
        5 score          second of receipt; unique, so that a lost reply can be found again
        6 largest        bytes of the largest message that is read
        7 kept           most unreadable messages kept of one queue
        . names          of the queues; a message without delivery_info belongs where it was found

  Returns kind, queue (from 0), tag, message; kind is 'taken', 'twin' (its tag was in use: it has a new one),
  'poison' (tag: the reason, message: its head) or 'error' (message: what Redis said).
]]
local queues, limit, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local out, taken = {}, 0

local function say(kind, queue, tag, text)
  local n = #out
  out[n + 1], out[n + 2], out[n + 3], out[n + 4] = kind, queue, tag, text
end

local function fault(raw, queue)
  if #raw > tonumber(ARGV[6]) then return 'too-large' end
  local readable, message = pcall(cjson.decode, raw)
  if not readable then return 'not-json' end
  if type(message) ~= 'table' or not string.find(raw, '^%s*{') then return 'not-an-object' end
  local properties = message.properties
  if type(properties) ~= 'table' then return 'no-properties' end
  local tag, info = properties.delivery_tag, properties.delivery_info
  if info == nil or info == cjson.null then info = { exchange = '', routing_key = ARGV[8 + queue] } end
  if type(tag) ~= 'string' or tag == '' then return 'no-delivery-tag' end
  if type(info) ~= 'table' or type(info.exchange) ~= 'string' or type(info.routing_key) ~= 'string' then
    return 'no-properties'
  end
  return nil, tag, info
end

-- Nothing that was moved may be forgotten, so a command that fails ends the round instead of raising.
local function failed(queue, key, answer)
  if type(answer) ~= 'table' or not answer.err then return false end
  say('error', queue, '', key .. ': ' .. answer.err)
  return true
end

-- The id is that of set-aside.ts.
local function note(raw, queue, reason)
  local id = redis.sha1hex(string.sub(raw, 1, 65536) .. #raw)
  redis.pcall('ZADD', KEYS[3 + queues + queue], ARGV[5], id .. ' ' .. reason)
  redis.pcall('ZREMRANGEBYRANK', KEYS[3 + queues + queue], 0, -1 - tonumber(ARGV[7]))
end

local function take(key, queue)
  local raw = redis.pcall('LINDEX', key, -1)
  if not raw or failed(queue, key, raw) then return false end
  local reason, tag, info = fault(raw, queue)
  if reason then
    if failed(queue, KEYS[3 + queue], redis.pcall('RPOPLPUSH', key, KEYS[3 + queue])) then return false end
    redis.pcall('LTRIM', KEYS[3 + queue], 0, tonumber(ARGV[7]) - 1)
    note(raw, queue, reason)
    say('poison', queue, reason, string.sub(raw, 1, 1024))
  else
    local kind = 'taken'
    if redis.pcall('HEXISTS', KEYS[2], tag) == 1 then
      kind, tag = 'twin', tag .. '#' .. ARGV[5] .. '.' .. #out
    end
    -- The message goes in as it came: cjson would round its large integers.
    -- A server out of memory refuses what needs some, unless the script has written before; taking gives it back.
    if failed(queue, KEYS[1], redis.pcall('ZREM', KEYS[1], '')) then return false end
    local entry = '[' .. raw .. ', ' .. cjson.encode(info.exchange) .. ', ' .. cjson.encode(info.routing_key) .. ']'
    if failed(queue, KEYS[1], redis.pcall('ZADD', KEYS[1], ARGV[5], tag)) then return false end
    if failed(queue, KEYS[2], redis.pcall('HSET', KEYS[2], tag, entry)) then return false end
    redis.call('RPOP', key) -- last: a failure above leaves the message where it was
    say(kind, queue, tag, raw)
  end
  taken, room = taken + 1, room - #raw
  return true
end

for first = 3 + 2 * queues, #KEYS, queues do
  local more = true
  while more do
    more = false
    for queue = 0, queues - 1 do
      for _ = 1, tonumber(ARGV[4]) do
        if taken >= limit or room <= 0 then return out end
        if not take(KEYS[first + queue], queue) then break end
        more = true
      end
    end
  end
end
return out
