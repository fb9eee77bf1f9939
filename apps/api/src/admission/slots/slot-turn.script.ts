import { RedisScript } from '../../redis/redis-script';

/**
 * One turn at the slots of all hosts, for all gateways: what the asking gateway holds, gives back and has waiting is
 * written down, then every free slot goes to whose turn it is, wherever that one waits.
 *
 * Turns are those of FairQueue (weighted round-robin over keys as stride scheduling, rank 0 before rank 1, oldest
 * first within a key), over all gateways. A slot is a lease with an end: a gateway that is dead loses its own.
 *
 * KEYS: leases (sorted set: id by end, ms), held (hash: id to `{r: gateway, h: host, s: share ids}`), claims (hash:
 * gateway to `{e: end, q: waiting in all, k: {key: waiting}, w: claims}`), passes, turns (hashes: key to its next virtual time, and to when it
 * had its last turn), clock (hash: virtual time by rank, `n` turns, `l` leases, `p` no slot is given before).
 * ARGV: gateway, how long leases and claims last (ms), channel of a gateway without its id, JSON of
 * `{slots: {host: n}, gone: ids, held: {id: {h, s}} or nil, back: after an outage, q, k, w: [{k, w, r, h, s, n, a}]}`.
 * Returns JSON: `{granted: [[id, host, key]], mine: [[id, host]] where held was told, busy: {host: n}, others: {q, k}}`:
 * of the other gateways' waiting, all, and those of the keys that the asking one has waiting.
 */
export const SLOT_TURN = new RedisScript(`
local LEASES, HELD, CLAIMS, PASSES, TURNS, CLOCK = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local me, lasts, channel, ask = ARGV[1], tonumber(ARGV[2]), ARGV[3], cjson.decode(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function drop(id)
  redis.call('ZREM', LEASES, id)
  redis.call('HDEL', HELD, id)
end
local function keep(id, gateway, host, shares)
  redis.call('ZADD', LEASES, now + lasts, id)
  redis.call('HSET', HELD, id, cjson.encode({ r = gateway, h = host, s = shares }))
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', LEASES, '-inf', now)) do drop(id) end
for _, id in ipairs(ask.gone) do drop(id) end
if ask.held then
  -- The others need a moment to say what they hold, or it would be given twice.
  if ask.back and redis.call('EXISTS', CLOCK) == 0 then redis.call('HSET', CLOCK, 'p', now + 2000) end
  for id, lease in pairs(ask.held) do keep(id, me, lease.h, lease.s) end
end

local claims = {}
for _, claim in ipairs(ask.w) do
  claim.t = now - claim.a
  claims[#claims + 1] = claim
end
if #claims > 0 then redis.call('HSET', CLAIMS, me, cjson.encode({ e = now + lasts, q = ask.q, k = ask.k, w = claims }))
else redis.call('HDEL', CLAIMS, me) end

local busy, inside, mine = {}, {}, {}
local held = redis.call('HGETALL', HELD)
for n = 1, #held, 2 do
  local lease = cjson.decode(held[n + 1])
  busy[lease.h] = (busy[lease.h] or 0) + 1
  for _, share in ipairs(lease.s) do inside[share] = (inside[share] or 0) + 1 end
  if ask.held and lease.r == me and not ask.held[held[n]] then mine[#mine + 1] = { held[n], lease.h } end
end

local waiting, others = {}, { q = 0, k = {} }
local all = redis.call('HGETALL', CLAIMS)
for n = 1, #all, 2 do
  local their = cjson.decode(all[n + 1])
  if their.e <= now then redis.call('HDEL', CLAIMS, all[n])
  else
    if all[n] ~= me then
      others.q = others.q + their.q
      for key in pairs(ask.k) do
        if their.k[key] then others.k[key] = (others.k[key] or 0) + their.k[key] end
      end
    end
    for _, claim in ipairs(their.w) do
      claim.g = all[n]
      waiting[#waiting + 1] = claim
    end
  end
end

if #waiting == 0 and ask.held then redis.call('DEL', PASSES, TURNS) end
local granted, told = {}, {}
local passes, turns, clock = {}, {}, { [0] = 0, [1] = 0 }
local count, pause = 0, 0
if #waiting > 0 then
  local known = redis.call('HMGET', CLOCK, '0', '1', 'n', 'p')
  clock[0], clock[1] = tonumber(known[1] or 0), tonumber(known[2] or 0)
  count, pause = tonumber(known[3] or 0), tonumber(known[4] or 0)
  local keys = {}
  for _, claim in ipairs(waiting) do keys[claim.k] = true end
  for key in pairs(keys) do
    passes[key] = tonumber(redis.call('HGET', PASSES, key) or 0)
    turns[key] = tonumber(redis.call('HGET', TURNS, key) or 0)
  end
end

local function hostFor(claim)
  if claim.n < 1 then return nil end
  for _, share in ipairs(claim.s) do
    if share[2] >= 0 and (inside[share[1]] or 0) >= share[2] then return nil end
  end
  for _, host in ipairs(claim.h) do
    if (busy[host] or 0) < (ask.slots[host] or 0) then return host end
  end
  return nil
end
local function before(a, b)
  if a.r ~= b.r then return a.r < b.r end
  local x, y = math.max(passes[a.k], clock[a.r]), math.max(passes[b.k], clock[b.r])
  if x ~= y then return x < y end
  if turns[a.k] ~= turns[b.k] then return turns[a.k] < turns[b.k] end
  return a.t < b.t
end

while now >= pause do
  local best, place = nil, nil
  for _, claim in ipairs(waiting) do
    local host = hostFor(claim)
    if host and (best == nil or before(claim, best)) then best, place = claim, host end
  end
  if best == nil then break end
  local pass = math.max(passes[best.k], clock[best.r])
  clock[best.r] = pass
  passes[best.k] = pass + 1 / best.w
  count = count + 1
  turns[best.k] = count
  best.n = best.n - 1
  busy[place] = (busy[place] or 0) + 1
  local shares = {}
  for _, share in ipairs(best.s) do
    shares[#shares + 1] = share[1]
    inside[share[1]] = (inside[share[1]] or 0) + 1
  end
  local id = 't' .. now .. '-' .. redis.call('HINCRBY', CLOCK, 'l', 1)
  keep(id, best.g, place, shares)
  if best.g == me then granted[#granted + 1] = { id, place, best.k }
  else redis.call('PUBLISH', channel .. best.g, cjson.encode({ id, place, best.k })) end
  told[best.g] = told[best.g] or {}
  told[best.g][best.k] = (told[best.g][best.k] or 0) + 1
end

if next(told) then
  local left, by = false, {}
  for _, claim in ipairs(waiting) do
    if claim.n > 0 then
      left = true
      by[claim.g] = by[claim.g] or {}
      table.insert(by[claim.g], claim)
    end
  end
  for n = 1, #all, 2 do
    if told[all[n]] then
      local their = cjson.decode(all[n + 1])
      if by[all[n]] then
        their.w = by[all[n]]
        for key, got in pairs(told[all[n]]) do
          their.q = their.q - got
          their.k[key] = (their.k[key] or 0) - got
        end
        redis.call('HSET', CLAIMS, all[n], cjson.encode(their))
      else redis.call('HDEL', CLAIMS, all[n]) end
    end
  end
  if left then
    redis.call('HSET', CLOCK, '0', clock[0], '1', clock[1], 'n', count)
    for key, pass in pairs(passes) do redis.call('HSET', PASSES, key, pass) end
    for key, turn in pairs(turns) do redis.call('HSET', TURNS, key, turn) end
  else
    redis.call('DEL', PASSES, TURNS)
    redis.call('HDEL', CLOCK, '0', '1', 'n')
  end
end
return cjson.encode({ granted = granted, mine = mine, busy = busy, others = others })
`);
