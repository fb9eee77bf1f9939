import { ipMatcher, isIpRange } from './ip-ranges';

it.each([
  [[], '203.0.113.9', true],
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.0.0.7'], '10.0.0.7', true],
  [['10.0.0.7'], '10.0.0.8', false],
  [['2001:db8::/32'], '2001:db8:1::1', true],
  [['2001:db8::/32'], '10.0.0.1', false],
  [['::1'], '::1', true],
  [['10.0.0.0/8', '192.168.1.0/24'], '192.168.1.200', true],
  [['10.0.0.0/8'], 'no address', false],
])('ranges %j and %s: %s', (ranges, address, holds) => {
  expect(ipMatcher(ranges)(address)).toBe(holds);
});

it.each(['10', '0x0a000001', '10.0.0.0/33', '10.0.0', '', 'localhost', '::1/129', '10.0.0.1/'])(
  'refuses %j',
  (text) => {
    expect(isIpRange(text)).toBe(false);
  },
);
