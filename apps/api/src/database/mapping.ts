import { ENTITIES } from './entities';

/** How TypeORM sees the database: `init.sql` owns the schema and its extensions, TypeORM changes neither. */
export const MAPPING = {
  type: 'postgres' as const,
  entities: [...ENTITIES],
  synchronize: false,
  installExtensions: false,
  // `gen_random_uuid()` is PostgreSQL's own; TypeORM knows it by the name of the extension that it came from.
  uuidExtension: 'pgcrypto' as const,
};
