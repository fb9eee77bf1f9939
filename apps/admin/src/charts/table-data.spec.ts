import { toCsv } from './table-data';

it('writes every digit, quotes what needs it, and runs nothing', () => {
  expect(
    toCsv({
      columns: [{ name: 'Model', isText: true }, { name: 'Cost, USD' }],
      rows: [
        [{ text: 'llama, "big"' }, { text: '$0.0000426', value: '0.000042555556' }],
        [{ text: '=HYPERLINK()' }, { text: '–', value: null }],
      ],
      foot: [{ text: 'Sum' }, { text: '−1', value: -1 }],
    }),
  ).toBe('Model,"Cost, USD"\r\n"llama, ""big""",0.000042555556\r\n\'=HYPERLINK(),\r\nSum,-1\r\n');
});
