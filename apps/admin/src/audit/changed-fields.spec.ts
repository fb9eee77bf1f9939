import { actionText } from './action-texts';
import { changedFields } from './changed-fields';

describe('what an audit entry changed', () => {
  it('is told field by field, nested ones by their path', () => {
    const before = { name: 'n8n', limits: { requestsPerMinute: 60, budgets: [] }, note: null };
    const after = {
      name: 'n8n',
      limits: { requestsPerMinute: null, budgets: [{ unit: 'money' }] },
      note: '',
    };
    expect(changedFields({ before, after })).toEqual([
      { field: 'limits.requestsPerMinute', before: '60', after: 'none' },
      { field: 'limits.budgets', before: 'none', after: '{"unit":"money"}' },
    ]);
  });

  it('knows no side of what was made or deleted', () => {
    expect(
      changedFields({ before: null, after: { totp: true, note: null, scopes: ['read', 'keys'] } }),
    ).toEqual([
      { field: 'totp', before: null, after: 'yes' },
      { field: 'scopes', before: null, after: 'read, keys' },
    ]);
    expect(changedFields({ before: { totp: false }, after: null })).toEqual([
      { field: 'totp', before: 'no', after: null },
    ]);
    expect(changedFields({ before: null, after: null })).toEqual([]);
  });

  it('has words for actions, and for those that are new the actions themselves', () => {
    expect(actionText('request.read')).toBe('opened the prompt of');
    expect(actionText('key.import_older')).toBe('key import older');
  });
});
