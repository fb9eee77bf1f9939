import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface Facts {
  hasIndex: boolean;
  isCLocale: boolean;
}

/** Whether this database can search by its trigram index, asked once. */
@Injectable()
export class SearchCapability implements OnApplicationBootstrap {
  private readonly logger = new Logger(SearchCapability.name);
  private asking: Promise<boolean> | null = null;

  constructor(private readonly dataSource: DataSource) {}

  /** Warns at the start, where somebody reads it. */
  onApplicationBootstrap(): void {
    this.indexed().catch(() => undefined);
  }

  /** False where pg_trgm is missing, or the C locale keeps it from seeing letters beyond ASCII. */
  indexed(): Promise<boolean> {
    this.asking ??= this.ask().catch((error: unknown) => {
      this.asking = null;
      throw error;
    });
    return this.asking;
  }

  private async ask(): Promise<boolean> {
    const [facts] = await this.dataSource.query<Facts[]>(
      `SELECT to_regclass('request_search_text_idx') IS NOT NULL AS "hasIndex", datctype IN ('C', 'POSIX') AS "isCLocale"
         FROM pg_database WHERE datname = current_database()`,
    );
    if (facts?.hasIndex === true && !facts.isCLocale) return true;
    const reason = facts?.isCLocale
      ? "the database's locale is C, in which pg_trgm sees only ASCII letters"
      : 'the extension pg_trgm is missing (CREATE EXTENSION pg_trgm, then start again)';
    this.logger.warn(`searches scan the newest rows bit by bit: ${reason}`);
    return false;
  }
}
