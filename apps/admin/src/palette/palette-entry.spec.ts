import { type PaletteEntry, found, isRequestId } from './palette-entry';

function entry(title: string, group: PaletteEntry['group'] = 'Pages', words = ''): PaletteEntry {
  return { id: title, title, group, words, icon: 'logs', run: () => undefined };
}

it('finds by every word, in any order, in title and other words', () => {
  const entries = [
    entry('Logs', 'Pages', 'requests history'),
    entry('Live'),
    entry('Use the dark theme', 'Actions'),
  ];
  const titles = (query: string) => found(entries, query).map(({ title }) => title);
  expect(titles('')).toEqual(['Logs', 'Live', 'Use the dark theme']);
  expect(titles('theme dark')).toEqual(['Use the dark theme']);
  expect(titles('HIST')).toEqual(['Logs']);
  expect(titles('nothing')).toEqual([]);
});

it('puts first what begins with it, then what has a word that does', () => {
  const entries = [entry('codellama'), entry('meta/llama3'), entry('llama3.1:8b'), entry('a.b*c')];
  expect(found(entries, 'llama').map(({ title }) => title)).toEqual([
    'llama3.1:8b',
    'meta/llama3',
    'codellama',
  ]);
  expect(found(entries, 'b*').map(({ title }) => title)).toEqual(['a.b*c']);
});

it('keeps a group from pushing out the others', () => {
  const keys = Array.from({ length: 40 }, (_, n) => entry(`desk-${n}`, 'Keys'));
  expect(found([...keys, entry('desk:1b', 'Models')], 'desk')).toHaveLength(7);
});

it('knows the id of a request', () => {
  expect(isRequestId(' 01a21216-b75f-7e54-abfa-368a017b0577 ')).toBe(true);
  expect(isRequestId('01a21216-b75f-4e54-abfa-368a017b0577')).toBe(false);
  expect(isRequestId('invoice')).toBe(false);
});
