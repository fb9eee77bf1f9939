import { portalPath } from './portal-path';

it.each([
  ['/logs?model=llama3.1:8b&q=a%20b', '/logs?model=llama3.1:8b&q=a%20b'],
  ['/energy/tariff#prices', '/energy/tariff#prices'],
  ['/logs?q=æ\r\nset-cookie:x', '/logs?q=%C3%A6set-cookie:x'],
  ['/logs/../keys', '/keys'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/api/auth/oidc/login', '/'],
  ['/x/../api/logs/export', '/'],
  [`/logs?q=${'x'.repeat(2000)}`, '/'],
  [`/logs?q=${'æ'.repeat(900)}`, '/'],
  ['', '/'],
  [undefined, '/'],
  [['/a', '/b'], '/'],
])('the way back to %j is %s', (asked, path) => {
  expect(portalPath(asked)).toBe(path);
});
