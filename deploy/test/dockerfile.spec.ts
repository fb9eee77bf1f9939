import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { validate } from 'dockerfile-utils';

const dockerfile = readFileSync(resolve(__dirname, '../../Dockerfile'), 'utf8');
const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

it('has nothing that the linter finds', () => {
  expect(validate(dockerfile)).toEqual([]);
});

it('pins its base to an exact version of Node', () => {
  expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-bookworm-slim$/m);
  expect(lastStage.startsWith('\nFROM ${NODE_IMAGE}')).toBe(true);
});

it('runs as an ordinary user, checks its health and takes no source into the last stage', () => {
  expect(lastStage).toMatch(/^USER 1000:1000$/m);
  expect(lastStage).toMatch(/^HEALTHCHECK /m);
  expect(lastStage).not.toMatch(/^COPY \. /m);
});

it('installs no package script in any stage', () => {
  for (const [command] of dockerfile.matchAll(/npm ci.*/g)) expect(command).toContain('--ignore-scripts');
});
