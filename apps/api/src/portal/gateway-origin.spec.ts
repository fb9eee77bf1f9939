import { gatewayOrigin } from './gateway-origin';

it.each([
  ['127.0.0.1', 'localhost:3000', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'box.lan:3000', 'http://box.lan:8080'],
  ['::', '[fd00::1]:3000', 'http://[fd00::1]:8080'],
  ['::1', 'localhost', 'http://[::1]:8080'],
])('a gateway on %s, seen from %s, is at %s', (gatewayHost, hostname, origin) => {
  expect(gatewayOrigin({ gatewayHost, gatewayPort: 8080 }, hostname)).toBe(origin);
});
