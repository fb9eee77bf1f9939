import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataStorage } from 'class-validator';
import { Environment } from './environment';

const root = join(__dirname, '../../../..');
const example = readFileSync(join(root, '.env.example'), 'utf8');
const [gatewayPart = '', composePart = ''] = example.split('docker compose only');
const assignments = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );

const known = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(Environment, '', false, false)
    .map(({ propertyName }) => propertyName),
);
// Set by `npm start` itself, never by hand.
known.delete('DEMO_HOST_URL');

describe('.env.example', () => {
  it('lists every setting and no other', () => {
    expect(Object.keys(assignments(gatewayPart)).sort()).toEqual([...known].sort());
  });

  it('shows the defaults that hold', () => {
    const defaults = Object.entries(new Environment())
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]);
    expect(assignments(gatewayPart)).toMatchObject(Object.fromEntries(defaults));
  });

  it('sets nothing by itself', () => {
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  it('lists, beside those, the variables of docker-compose.yml alone', () => {
    const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    const used = new Set([...compose.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name));
    for (const name of Object.keys(assignments(composePart))) expect(used).toContain(name);
  });
});
