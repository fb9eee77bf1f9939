import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { TEMPLATE_DATABASE } from './test-database';
import { PostgresCluster } from './postgres-cluster';

declare global {
  var testCluster: PostgresCluster | undefined;
}

/** One server for all test files of a run, with a template database that holds the schema. */
export default async function globalSetup(): Promise<void> {
  const cluster = await PostgresCluster.create();
  globalThis.testCluster = cluster;
  await cluster.run(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  const client = new Client({ connectionString: cluster.url(TEMPLATE_DATABASE) });
  await client.connect();
  await client
    .query(readFileSync(resolve(__dirname, '../../../../init.sql'), 'utf8'))
    .finally(() => client.end());
  process.env['TEST_POSTGRES_URL'] = cluster.url('DATABASE');
}
