import { EmbeddedPostgres } from '../postgres/embedded-postgres.ts';
import pg from 'pg';

/** `report-postgres.ts ROOT DATA_DIR SHARED_FOLDER`: starts the embedded server, reports by JSON what it is, stops it. */
const [root = '', dataDir = '', sharedFolder = ''] = process.argv.slice(2);
const postgres = await EmbeddedPostgres.start({ root, dataDir, sharedFolder });
const client = new pg.Client({ connectionString: postgres.databaseUrl });
await client.connect();
const { rows } = await client.query(
  `SELECT show_trgm('Привет') <> '{}' AS "findsCyrillic", current_setting('server_encoding') AS encoding,
     current_setting('listen_addresses') AS "listensOn", current_setting('password_encryption') AS passwords,
     current_setting('data_directory') AS folder`,
);
await client.end();
console.log(JSON.stringify(rows[0]));
await postgres.stop();
