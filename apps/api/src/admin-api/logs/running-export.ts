import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { LogExportItem, SessionUser } from '@ollameter/admin-contract';
import type { ExportFormat } from '../export/export-format';
import type { Reader } from '../../identity/reader';
import type { CopyTuples } from './copy-tuples';

/** One export from its request to the end of its connection, and how far it is. */
export class RunningExport {
  readonly id = randomUUID();
  /** Null while unknown. */
  estimatedRows: number | null = null;
  private readonly startedAt = new Date();
  private lines: CopyTuples | null = null;
  private bytes = 0;

  constructor(
    private readonly format: ExportFormat,
    private readonly reader: Reader,
    private readonly response: ServerResponse,
  ) {}

  /** Watches the rows come. */
  reads(lines: CopyTuples): CopyTuples {
    this.lines = lines;
    return lines;
  }

  /** Counts a part of the file on its way out. */
  sends<Part extends Buffer | string>(part: Part): Part {
    this.bytes += Buffer.byteLength(part);
    return part;
  }

  isOf(user: SessionUser): boolean {
    return this.reader.userId === user.id;
  }

  /** Hangs up: what was sent does not look whole, and the statement ends with the connection. */
  cancel(): void {
    this.response.destroy();
  }

  toItem(user: SessionUser): LogExportItem {
    return {
      id: this.id,
      format: this.format,
      startedAt: this.startedAt.toISOString(),
      startedBy: this.reader.actor.name,
      own: this.isOf(user),
      rows: this.lines?.rows ?? 0,
      estimatedRows: this.estimatedRows,
      bytes: this.bytes,
    };
  }
}
