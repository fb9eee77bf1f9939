import { reachableOrigin } from './reachable-origin';

it.each([
  ['http://127.0.0.1:8080', 'localhost', 'http://127.0.0.1:8080'],
  ['http://0.0.0.0:8080', 'box.lan', 'http://box.lan:8080'],
  ['http://[::]:8080', '[fd00::1]', 'http://[fd00::1]:8080'],
  ['https://ai.example.org/', 'box.lan', 'https://ai.example.org'],
])('%s seen from %s is %s', (gatewayUrl, hostname, origin) => {
  expect(reachableOrigin(gatewayUrl, hostname)).toBe(origin);
});
