import type { GatewayStatus } from '@ollameter/admin-contract';
import { health } from './health';

const HOST = { name: 'rig', url: 'http://rig', demo: false, reachable: true, slots: 4, running: 0 };
const SPOOL: GatewayStatus['spool'] = {
  records: 0,
  bytes: 0,
  oldestAgeMs: 0,
  condition: 'ok',
  acceptedRecords: 0,
  storedRecords: 0,
  poisonRecords: 0,
  unaccountedRecords: 0,
};
const STATUS: GatewayStatus = {
  version: '1',
  demo: false,
  gatewayUrl: 'http://127.0.0.1:8080',
  timezone: 'UTC',
  currency: 'USD',
  rateMicrosPerKwh: 383_000,
  powerWatts: 80,
  hosts: [HOST],
  queued: 0,
  running: 0,
  spool: SPOOL,
  databaseReachable: true,
  redis: 'off',
  prices: 'off',
  replicas: 1,
};

it.each<[Partial<GatewayStatus>, number, string, string]>([
  [{}, 0, 'ok', 'All good. Ollama answers, nothing is running, nothing failed in this hour.'],
  [
    { demo: true, hosts: [{ ...HOST, name: 'demo', demo: true }] },
    0,
    'ok',
    'All good. The demo host answers in place of Ollama, nothing is running, nothing failed in this hour.',
  ],
  [
    { running: 3, queued: 2 },
    0,
    'ok',
    'All good. Ollama answers, 3 requests are running, 2 waiting, nothing failed in this hour.',
  ],
  [{ running: 1 }, 4, 'warn', 'Ollama answers, one request is running, 4 failed or rejected in this hour.'],
  [
    { hosts: [HOST, { ...HOST, name: 'mac', reachable: false }] },
    0,
    'warn',
    'mac does not answer; 1 of 2 hosts do. Nothing is running.',
  ],
  [{ hosts: [{ ...HOST, reachable: false }] }, 0, 'bad', 'Ollama does not answer.'],
  [{ hosts: [] }, 0, 'bad', 'No Ollama host is set up.'],
  [
    { spool: { ...SPOOL, records: 7, bytes: 1, oldestAgeMs: 65_000 } },
    0,
    'warn',
    'The log is 1\u2009min 5\u2009s behind: 7 requests wait in the spool. Nothing is running.',
  ],
  [
    { redis: 'unreachable', replicas: 3 },
    0,
    'warn',
    'Redis does not answer: each of 3 gateways keeps to its part of slots and limits. Nothing is running.',
  ],
  [
    { prices: 'failing' },
    0,
    'warn',
    'Electricity prices cannot be fetched; those that are known still count. Nothing is running.',
  ],
  [
    { databaseReachable: false, spool: { ...SPOOL, records: 1, bytes: 1, oldestAgeMs: 1 } },
    0,
    'bad',
    'The database does not answer. One request waits in the spool until it is back.',
  ],
])('says %j with %d failed as %s', (changes, failed, level, sentence) => {
  expect(health({ ...STATUS, ...changes }, failed)).toEqual({ level, sentence });
});
