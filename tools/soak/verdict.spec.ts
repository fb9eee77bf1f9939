import type { ReplicaReport, SoakReport } from './soak.ts';
import { complaints } from './verdict.ts';

const replica: ReplicaReport = {
  residentMbEarly: 150,
  residentMbLate: 160,
  eventLoopP99Ms: 12,
  eventLoopP99HighMs: 14,
  openFilesBefore: 40,
  after: {
    atMs: 0,
    residentMb: 160,
    openFiles: 60,
    eventLoopP99Ms: 11,
    slotsTaken: 0,
    spoolRecords: 0,
    spoolFiles: 1,
    settledRequests: 5_000,
  },
};
const good: SoakReport = {
  seconds: 60,
  seed: 1,
  asked: { streamed: 1, unary: 1, leaving: 1, embedding: 1, models: 1, stranger: 1, broken: 1 },
  surprises: [],
  wholeAnswers: 9_000,
  missingRows: 0,
  idleEventLoopP99Ms: 10,
  replicas: [replica, replica],
};
const withReplica = (change: Partial<ReplicaReport>): SoakReport => ({
  ...good,
  replicas: [replica, { ...replica, ...change }],
});
const afterwards = (change: Partial<ReplicaReport['after']>) =>
  withReplica({ after: { ...replica.after, ...change } });

it('has nothing to say of a good run', () => {
  expect(complaints(good)).toEqual([]);
});

it('measures the event loop by that of an idle process', () => {
  const slow = withReplica({ eventLoopP99Ms: 24 });
  expect(complaints({ ...slow, idleEventLoopP99Ms: 13 })).toEqual([]);
  expect(complaints({ ...slow, idleEventLoopP99Ms: 11 })).toHaveLength(1);
});

it.each<[string, SoakReport]>([
  ['a client that was surprised', { ...good, surprises: ['unary: cut'] }],
  ['a whole answer without a row', { ...good, missingRows: 1 }],
  ['a load that was none', { ...good, wholeAnswers: 0 }],
  ['a kind of client that never came', { ...good, asked: { ...good.asked, leaving: 0 } }],
  ['memory that grows', withReplica({ residentMbLate: 220 })],
  ['memory that nobody read', withReplica({ residentMbLate: Number.NaN })],
  ['a slow event loop', withReplica({ eventLoopP99Ms: 20 })],
  ['an event loop that nobody read', withReplica({ eventLoopP99Ms: Number.NaN })],
  ['sockets that stay open', afterwards({ openFiles: 90 })],
  ['a slot that stays taken', afterwards({ slotsTaken: 1 })],
  ['a record that stays in the spool', afterwards({ spoolRecords: 1 })],
  ['segments of the spool that stay', afterwards({ spoolFiles: 9 })],
  ['a replica that did nothing', afterwards({ settledRequests: 3 })],
])('complains of %s', (_, report) => {
  expect(complaints(report)).toHaveLength(1);
});
