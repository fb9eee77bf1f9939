import fc from 'fast-check';
import { type SseEvent, SseReader } from './sse-reader';

it('reads the same events however the stream is cut', () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.replace(/[\r\n]/g, ' '));
  fc.assert(
    fc.property(
      fc.array(text),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      (events, end, size) => {
        const stream = events
          .map(
            (data) =>
              `: beat${end}event: ${data.length % 2 === 0 ? 'even' : 'odd'}${end}data: ${data}${end}${end}`,
          )
          .join('');
        const reader = new SseReader();
        const read: SseEvent[] = [];
        for (let at = 0; at < stream.length; at += size)
          read.push(...reader.read(stream.slice(at, at + size)));
        expect(read).toEqual(events.map((data) => ({ type: data.length % 2 === 0 ? 'even' : 'odd', data })));
      },
    ),
  );
});

it('gives nothing for an event that did not end', () => {
  expect(new SseReader().read('data: {"a":1}\n')).toEqual([]);
});
