import type { KeyItem } from '@ollameter/admin-contract';
import { keyFields, splitList, toKeyInput } from './key-fields';

it('leaves everything open for a key that only has a name', () => {
  const fields = keyFields(null);
  fields.controls.name.setValue('  n8n ');
  expect(toKeyInput(fields)).toEqual({
    name: 'n8n',
    ownerId: null,
    note: null,
    allowedModels: [],
    endpoints: [],
    expiresAt: null,
    limits: { requestsPerMinute: null, tokensPerMinute: null, concurrentRequests: null, budgets: [] },
    logPolicy: null,
    priority: 'interactive',
    weight: 1,
    ipRanges: [],
    mayReload: false,
  });
});

it('gives back an unchanged key as it was', () => {
  const key = {
    name: 'office',
    ownerId: '0198c1f2-0000-7000-8000-000000000001',
    note: 'the copier',
    allowedModels: ['llama3.1:*', 'qwen3:32b'],
    endpoints: ['embeddings'],
    expiresAt: '2027-01-31T12:30:00.000Z',
    limits: {
      requestsPerMinute: 60,
      tokensPerMinute: null,
      concurrentRequests: 2,
      budgets: [{ unit: 'money', period: 'month', amount: 2.5, action: 'warn' }],
    },
    logPolicy: 'metadata',
    priority: 'batch',
    weight: 3,
    ipRanges: ['192.168.1.0/24', '2001:db8::/32'],
    mayReload: true,
  };
  expect(toKeyInput(keyFields(key as unknown as KeyItem))).toEqual(key);
});

it('takes lists as people write them', () => {
  expect(splitList(' a,b;\n c ,, ')).toEqual(['a', 'b', 'c']);
});
