import { RedisScript } from '../../redis/redis-script';

/**
 * The arithmetic of token-bucket.ts, in Redis: a bucket is a hash of its debt (`o`) and the time of it (`t`, ms),
 * gone once it is full. An allowance is a hash from gateway to tokens held; those of a gateway that is not in the
 * sorted set `alive` any more count no longer.
 *
 * KEYS: alive, buckets, allowances.
 * ARGV: ms of the caller's clock, or '' for Redis' own; the gateway; for how long it is alive (ms); how many buckets;
 * their tokens per minute; then what the script names.
 */
const COMMON = `
local EPSILON, MINUTE = 1e-6, 60000
local time = redis.call('TIME')
local real = time[1] * 1000 + time[2] / 1000
local now = tonumber(ARGV[1]) or real
local me, buckets = ARGV[2], tonumber(ARGV[4])
local function perMinute(n) return tonumber(ARGV[4 + n]) end
local function rest(n) return ARGV[4 + buckets + n] end
local function owed(n)
  local debt = redis.call('HMGET', KEYS[1 + n], 'o', 't')
  if not debt[1] then return 0 end
  return math.max(0, tonumber(debt[1]) - math.max(0, now - tonumber(debt[2])) * perMinute(n) / MINUTE)
end
local function owe(n, debt)
  local key = KEYS[1 + n]
  if debt <= 0 then redis.call('DEL', key) return end
  redis.call('HSET', key, 'o', debt, 't', now)
  redis.call('PEXPIRE', key, math.ceil(debt * MINUTE / perMinute(n)) + 1000)
end
local function state(answer, n, debt)
  answer[#answer + 1] = math.max(0, math.floor(perMinute(n) - debt + EPSILON))
  answer[#answer + 1] = debt <= EPSILON and 0 or math.ceil(debt * MINUTE / perMinute(n))
end
local function alive() redis.call('ZADD', KEYS[1], real + tonumber(ARGV[3]), me) end
local function held(key)
  local sum, all = 0, redis.call('HGETALL', key)
  for n = 1, #all, 2 do
    local till = redis.call('ZSCORE', KEYS[1], all[n])
    if all[n] == me or (till and tonumber(till) > real) then sum = sum + tonumber(all[n + 1])
    else redis.call('HDEL', key, all[n]) end
  end
  return sum
end
local function hold(key, more)
  if more == 0 then return end
  if tonumber(redis.call('HINCRBYFLOAT', key, me, more)) <= EPSILON then redis.call('HDEL', key, me) end
  redis.call('PEXPIRE', key, 86400000)
end
`;

/**
 * Takes an amount from every bucket and holds it in every allowance, or does nothing. Then: the amount; of each
 * allowance its room, or ''. Returns exhausted, refused by (both from 0, -1 for none), the wait (ms), remaining and
 * reset of each bucket, and what was held in each allowance before, as text.
 */
export const LIMIT_TAKE = new RedisScript(`${COMMON}
local amount = tonumber(rest(1))
local answer, before, debts = { -1, -1, 0 }, {}, {}
for n = 1, #KEYS - 1 - buckets do
  before[n] = held(KEYS[1 + buckets + n])
  local room = tonumber(rest(1 + n))
  if answer[1] < 0 and room and before[n] >= room then answer[1] = n - 1 end
end
for n = 1, buckets do
  debts[n] = owed(n)
  local excess = debts[n] - math.max(0, perMinute(n) - amount)
  local wait = excess <= EPSILON and 0 or math.ceil((excess - EPSILON) * MINUTE / perMinute(n))
  if answer[1] < 0 and wait > answer[3] then answer[2], answer[3] = n - 1, wait end
end
if answer[1] < 0 and answer[2] < 0 then
  for n = 1, buckets do
    debts[n] = debts[n] + amount
    owe(n, debts[n])
  end
  if #before > 0 then alive() end
  for n = 1, #before do hold(KEYS[1 + buckets + n], amount) end
end
for n = 1, buckets do state(answer, n, debts[n]) end
for n = 1, #before do answer[#answer + 1] = string.format('%.17g', before[n]) end
return answer
`);

/** Charges every bucket so much more or less, and holds so much more or less. Then: both amounts. */
export const LIMIT_ADJUST = new RedisScript(`${COMMON}
for n = 1, buckets do owe(n, math.max(0, owed(n) + tonumber(rest(1)))) end
alive()
for n = 1, #KEYS - 1 - buckets do hold(KEYS[1 + buckets + n], tonumber(rest(2))) end
return 0
`);

/** Remaining and reset of each bucket, then what is held in each allowance, as text. */
export const LIMIT_VIEW = new RedisScript(`${COMMON}
local answer = {}
for n = 1, buckets do state(answer, n, owed(n)) end
for n = 1, #KEYS - 1 - buckets do answer[#answer + 1] = string.format('%.17g', held(KEYS[1 + buckets + n])) end
return answer
`);

/** The gateway is alive. */
export const LIMIT_ALIVE = new RedisScript(`${COMMON}
alive()
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', real)
return 0
`);
