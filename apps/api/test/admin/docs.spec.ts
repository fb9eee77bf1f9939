import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS_METADATA } from '../../src/identity/permission';
import { GatewayRig } from '../support/gateway-rig';

interface Operation {
  operationId: string;
  description: string;
  parameters: { name: string; in: string }[];
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const folder = mkdtempSync(join(tmpdir(), 'ollameter-openapi-'));
let rig: GatewayRig;
let document: Document;

beforeAll(async () => {
  rig = await GatewayRig.start();
  const file = join(folder, 'openapi.json');
  const tool = join(__dirname, '../../../../tools/openapi/main.ts');
  execFileSync(process.execPath, ['--no-warnings', tool, file], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  document = JSON.parse(readFileSync(file, 'utf8')) as Document;
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await rig.stop();
});

/** Every route of the admin plane as it runs: `get /api/users/{id}` and the access it declares. */
function routes(): Map<string, string> {
  const found = new Map<string, string>();
  for (const module of rig.app.nest.get(ModulesContainer).values())
    for (const { metatype } of module.controllers.values()) {
      const prototype = metatype?.prototype as Record<string, object>;
      const base = String(Reflect.getMetadata(PATH_METADATA, metatype as object));
      for (const name of Object.getOwnPropertyNames(prototype)) {
        const handler = prototype[name] ?? {};
        const access = Reflect.getMetadata(ACCESS_METADATA, handler) as string | undefined;
        if (!Reflect.hasMetadata(METHOD_METADATA, handler) || access === undefined) continue;
        const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '';
        const route = `/${base}/${String(Reflect.getMetadata(PATH_METADATA, handler))}`.replace(/\/+/g, '/');
        const path = route.replace(/(.)\/$/, '$1').replace(/:(\w+)/g, '{$1}');
        found.set(`${method.toLowerCase()} ${path}`, access);
      }
    }
  // The portal's own page answers whatever nobody else does.
  found.delete('get /*');
  return found;
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
  );

it('describes every route of the admin plane that runs, and no other', () => {
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...routes().keys()].sort());
});

it('says of each what it needs, as its route declares it', () => {
  for (const [name, access] of routes()) {
    const { operation } = operations().find((each) => each.name === name) ?? {};
    const said = access === 'public' ? 'Open to everybody' : `Needs \`${access}\``;
    expect({ name, description: operation?.description }).toEqual({
      name,
      description: expect.stringContaining(said) as string,
    });
  }
});

it('names each part of a path, gives each operation its own id, and has every type it refers to', () => {
  for (const { path, operation } of operations()) {
    const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
    const named = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect({ path, parts: named.map(({ name }) => name).sort() }).toEqual({ path, parts: parts.sort() });
  }
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  const missing = [...references]
    .map(([, name = '']) => name)
    .filter((name) => !(name in document.components.schemas));
  expect(missing).toEqual([]);
});

it('types every answer that is JSON', () => {
  const untyped = operations()
    .filter(({ operation }) =>
      JSON.stringify(operation.responses).includes('"application/json":{"schema":{}}'),
    )
    .map(({ name }) => name);
  expect(untyped).toEqual([]);
});

it('comes with a page that runs nothing but its own files', async () => {
  const page = await fetch(`${rig.adminUrl}/api/docs`);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
  expect(files).toHaveLength(4);
  for (const file of files) {
    const answer = await fetch(rig.adminUrl + file);
    expect([file, answer.status]).toEqual([file, 200]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
  }
  expect(html).not.toMatch(/<script>|<style|style=/);
  expect((await fetch(`${rig.adminUrl}/api/docs/..%2f..%2fpackage.json`)).status).toBe(404);
});
