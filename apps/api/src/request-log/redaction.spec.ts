import { Redaction, REDACTIONS } from './redaction';

const all = new Redaction(REDACTIONS, []);

it.each([
  ['write to Jane.Doe+x@mail.example.co.uk, please', 'write to [email], please'],
  ['почта: иван@пример.рф.', 'почта: [email].'],
  ['card 4111 1111 1111 1111 exp 12/27', 'card [card] exp 12/27'],
  ['card 4111-1111-1111-1112', 'card 4111-1111-1111-1112'],
  ['amex 378282246310005', 'amex [card]'],
  ['call +49 (0)30 901820 or (212) 555-0123', 'call [phone] or [phone]'],
  ['call 212-555-0123 now', 'call [phone] now'],
  ['ruf 030 9018 2030 an', 'ruf [phone] an'],
  ['key sk-om-AbCdEf0123456789xyzZ0123 end', 'key [key] end'],
  ['AKIAIOSFODNN7EXAMPLE', '[key]'],
  ['ghp_0123456789abcdefghijABCDEFGHIJ0123', '[key]'],
  ['Authorization: Bearer abcdefghijklmnop.qrstuv', 'Authorization: [key]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[key]'],
])('takes out of %j what must not be kept', (text, kept) => {
  expect(all.text(text)).toBe(kept);
});

it.each([
  'on 2026-11-25 10:40 at 192.168.100.200, version 1.2.3, 3.14159265358979',
  'order 12345, total 1,234,567.89 and 100 200 300',
  'id 0190c0de-0000-7000-8000-000000000001',
  'a@b and x @ y',
])('leaves %j as it is', (text) => {
  expect(all.text(text)).toBe(text);
});

it('takes only the kinds that were asked for', () => {
  expect(new Redaction(['card'], []).text('a@b.org 4111111111111111')).toBe('a@b.org [card]');
});

it('takes own patterns, in time linear to the text whatever they are', () => {
  const own = new Redaction([], ['EMP-\\d{6}', '(a+)+$']);
  expect(own.text('I am EMP-123456.')).toBe('I am [redacted].');
  const startedMs = performance.now();
  own.text(`${'a'.repeat(5_000)}!`);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

it('needs no longer for texts made to slow it down', () => {
  for (const text of [
    'a'.repeat(200_000),
    '1 '.repeat(100_000),
    'a.'.repeat(100_000) + '@',
    '+1'.repeat(100_000),
  ]) {
    const startedMs = performance.now();
    all.text(text);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  }
});
