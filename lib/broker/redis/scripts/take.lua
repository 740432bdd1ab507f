--[[
  Takes several messages at once and notes each as unacknowledged, in one step (BRK-2). kombu does it in two, and a
  client that dies between them loses the message. Steps outer, queues inner, as in kombu's BRPOP. Messages of the shape
  that kombu writes are taken by the lot, any other one by one.

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
        8 lot            messages that are read together at first; by their size after that
        . names          of the queues; a message without delivery_info belongs where it was found

  Returns kind, queue (from 0), tag, message; kind is 'taken', 'twin' (its tag was in use: it has a new one),
  'poison' (tag: the reason, message: its head) or 'error' (message: what Redis said).
]]
local queues, limit, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local each, score, largest = tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
local lot, out, taken, hasWritten = tonumber(ARGV[8]), {}, 0, false
-- The end of a message as kombu and we write it. To look at it costs far less than cjson, and is as sure: the quotes are no
-- escaped ones, so what stands between them are keys, and the two braces end the object "properties" and the message.
-- Whether the rest is JSON is found by whoever reads it.
local TAIL_BYTES = 512
local TAIL = ',%s?"properties":%s?{[^{}]-,%s?"delivery_info":%s?'
  .. '{"exchange":%s?"([^"\\]*)",%s?"routing_key":%s?"([^"\\]*)"},%s?'
  .. '"priority":%s?%d+,%s?"body_encoding":%s?"[^"\\]*",%s?"delivery_tag":%s?"([^"\\]+)"}}$'
local LOT_BYTES = 262144

local function say(kind, queue, tag, text)
  local n = #out
  out[n + 1], out[n + 2], out[n + 3], out[n + 4] = kind, queue, tag, text
end

local function fault(raw, queue)
  if #raw > largest then return 'too-large' end
  local readable, message = pcall(cjson.decode, raw)
  if not readable then return 'not-json' end
  if type(message) ~= 'table' or not string.find(raw, '^%s*{') then return 'not-an-object' end
  local properties = message.properties
  if type(properties) ~= 'table' then return 'no-properties' end
  local tag, info = properties.delivery_tag, properties.delivery_info
  if info == nil or info == cjson.null then info = {} end
  if type(info) == 'table' then
    info.exchange = info.exchange or ''
    info.routing_key = info.routing_key or ARGV[9 + queue]
  end
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
  redis.pcall('ZADD', KEYS[3 + queues + queue], score, id .. ' ' .. reason)
  redis.pcall('ZREMRANGEBYRANK', KEYS[3 + queues + queue], 0, -1 - tonumber(ARGV[7]))
end

local function takeOne(key, queue, raw)
  local reason, tag, info = fault(raw, queue)
  if reason then
    if failed(queue, KEYS[3 + queue], redis.pcall('RPOPLPUSH', key, KEYS[3 + queue])) then return false end
    redis.pcall('LTRIM', KEYS[3 + queue], 0, tonumber(ARGV[7]) - 1)
    note(raw, queue, reason)
    say('poison', queue, reason, string.sub(raw, 1, 1024))
  else
    local kind = 'taken'
    if redis.pcall('HEXISTS', KEYS[2], tag) == 1 then
      kind, tag = 'twin', tag .. '#' .. score .. '.' .. #out
    end
    -- The message goes in as it came: cjson would round its large integers.
    local entry = '[' .. raw .. ', ' .. cjson.encode(info.exchange) .. ', ' .. cjson.encode(info.routing_key) .. ']'
    if failed(queue, KEYS[1], redis.pcall('ZADD', KEYS[1], score, tag)) then return false end
    if failed(queue, KEYS[2], redis.pcall('HSET', KEYS[2], tag, entry)) then return false end
    redis.call('RPOP', key) -- last: a failure above leaves the message where it was
    say(kind, queue, tag, raw)
  end
  taken, room = taken + 1, room - #raw
  return true
end

-- How many of the messages, read from the end, can go together. Their tags and entries come in the order of taking.
local function plainOnes(raws)
  local tags, entries, known, bytes = {}, {}, {}, 0
  for at = #raws, 1, -1 do
    local raw = raws[at]
    local exchange, key, tag = string.match(string.sub(raw, -TAIL_BYTES), TAIL)
    if not tag or known[tag] or bytes >= room or #raw > largest then break end
    known[tag], bytes = true, bytes + #raw
    tags[#tags + 1] = tag
    entries[#entries + 1] = '[' .. raw .. ', "' .. exchange .. '", "' .. key .. '"]'
  end
  return tags, entries, bytes
end

-- Takes up to `most` of them, at least one; false when there is none, or none can be taken.
local function take(key, queue, most)
  local raws = redis.pcall('LRANGE', key, -most, -1)
  if failed(queue, key, raws) or #raws == 0 then return false end
  local tags, entries, bytes = plainOnes(raws)
  local held = #tags > 0 and redis.pcall('HMGET', KEYS[2], unpack(tags)) or {}
  if failed(queue, KEYS[2], held) then return false end
  local count = #tags
  for at = #tags, 1, -1 do
    if held[at] then count = at - 1 end -- its tag is in use
  end
  -- A server out of memory refuses what needs some, unless the script has written before; taking gives it back.
  if not hasWritten and failed(queue, KEYS[1], redis.pcall('ZREM', KEYS[1], '')) then return false end
  hasWritten = true
  if count == 0 then return takeOne(key, queue, raws[#raws]) end

  local scored, fields = {}, {}
  for at = 1, count do
    scored[2 * at - 1], scored[2 * at] = score, tags[at]
    fields[2 * at - 1], fields[2 * at] = tags[at], entries[at]
  end
  if failed(queue, KEYS[1], redis.pcall('ZADD', KEYS[1], unpack(scored))) then return false end
  if failed(queue, KEYS[2], redis.pcall('HSET', KEYS[2], unpack(fields))) then return false end
  redis.call('LTRIM', key, 0, -1 - count) -- last: a failure above leaves the messages where they were
  for at = 1, count do
    local raw = raws[#raws + 1 - at]
    say('taken', queue, tags[at], raw)
    room = room - #raw
  end
  taken = taken + count
  return true
end

-- Up to `turn` of them, in lots: one is read whole, so large messages come in small ones.
local function takeTurn(key, queue, turn)
  while turn > 0 and taken < limit and room > 0 do
    local takenBefore, roomBefore = taken, room
    if not take(key, queue, math.max(1, math.min(turn, limit - taken, lot))) then return false end
    local count = taken - takenBefore
    turn = turn - count
    -- After one of another shape only a few, for what is read behind it is read in vain.
    lot = math.min(math.floor(LOT_BYTES * count / math.max(1, roomBefore - room)), 4 * count)
  end
  return true
end

for first = 3 + 2 * queues, #KEYS, queues do
  local open = {} -- queues that may have more
  for queue = 0, queues - 1 do open[queue + 1] = queue end
  while #open > 0 do
    local still = {}
    for _, queue in ipairs(open) do
      if taken >= limit or room <= 0 then return out end
      if takeTurn(KEYS[first + queue], queue, #open == 1 and limit or each) then still[#still + 1] = queue end
    end
    open = still
  end
end
return out
