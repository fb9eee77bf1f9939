import type { SettingItem, SettingValue } from '@ollameter/admin-contract';
import { fromDraft, isSame, settingRange, shownValue, toDraft } from './setting-value';

describe('a setting in its control', () => {
  it.each([
    ['integer', 3000],
    ['number', 0.383],
    ['text', 'llama3.1:8b'],
    ['boolean', true],
    ['list', ['https://a.example', 'https://b.example']],
    ['list', []],
    ['text', null],
    ['integer', null],
  ] satisfies [SettingItem['type'], SettingValue][])('%s %j comes back as it was', (type, value) => {
    expect(fromDraft({ type }, toDraft(value))).toEqual(value);
  });

  it('takes a list by commas too, without what is empty', () => {
    expect(fromDraft({ type: 'list' }, ' a, b\n\n c ')).toEqual(['a', 'b', 'c']);
  });

  it('takes no word for a number', () => {
    expect(fromDraft({ type: 'integer' }, 'many')).toBeUndefined();
    expect(fromDraft({ type: 'number' }, '1e999')).toBeUndefined();
  });

  it('tells values, bounds and sameness', () => {
    expect(shownValue(false)).toBe('off');
    expect(shownValue([])).toBe('none');
    expect(shownValue(null)).toBe('not set');
    expect(settingRange({ min: 0, max: 10 })).toBe('0 to 10');
    expect(settingRange({ min: 1, max: null })).toBe('at least 1');
    expect(settingRange({ min: null, max: null })).toBe('');
    expect(isSame(['a'], ['a'])).toBe(true);
    expect(isSame(undefined, null)).toBe(false);
  });
});
