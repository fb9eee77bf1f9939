import { RedisScript } from '../redis/redis-script';

/*
 * KEYS: of accounts, then of addresses: a sorted set of names by their last attempt in ms, a hash of their attempts;
 * both end when there was no attempt for as long as it takes to forget one. What is counted and how long it has to
 * wait is `LoginBackoff`'s rule.
 */

/**
 * ARGV: now in ms or '' for Redis' clock, first wait, time to forget (ms), most names; then for account and address
 * the name, its free attempts and its longest wait (ms). Returns the wait in ms; 0: the attempt is counted.
 */
export const LOGIN_BEGIN = new RedisScript(`
local now = tonumber(ARGV[1])
if now == nil then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local first, forget, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local wait = 0
local counts = {}
for n = 1, 2 do
  local at = 2 + 3 * n
  local name, free, longest = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local last = redis.call('ZSCORE', KEYS[2 * n - 1], name)
  counts[n] = 0
  if last and now - last <= forget then
    counts[n] = tonumber(redis.call('HGET', KEYS[2 * n], name) or 0)
    if counts[n] >= free then
      wait = math.max(wait, last + math.min(first * 2 ^ (counts[n] - free), longest) - now)
    end
  end
end
if wait > 0 then return math.ceil(wait) end
for n = 1, 2 do
  local name, lasts, attempts = ARGV[2 + 3 * n], KEYS[2 * n - 1], KEYS[2 * n]
  redis.call('ZADD', lasts, now, name)
  redis.call('HSET', attempts, name, counts[n] + 1)
  if redis.call('ZCARD', lasts) > most then
    redis.call('HDEL', attempts, redis.call('ZPOPMIN', lasts)[1])
  end
  redis.call('PEXPIRE', lasts, forget)
  redis.call('PEXPIRE', attempts, forget)
end
return 0
`);

/** ARGV: account, address. */
export const LOGIN_SUCCEED = new RedisScript(`
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
local count = tonumber(redis.call('HGET', KEYS[4], ARGV[2]) or 0)
if count > 1 then
  redis.call('HSET', KEYS[4], ARGV[2], count - 1)
else
  redis.call('ZREM', KEYS[3], ARGV[2])
  redis.call('HDEL', KEYS[4], ARGV[2])
end
return 0
`);
