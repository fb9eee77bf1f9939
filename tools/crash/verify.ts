import type { ClientLedger, WholeAnswer } from './client-ledger.ts';
import type { CrashPostgres } from './crash-postgres.ts';

/** What the table and the clients do not agree on. All of it must be empty. */
export interface Findings {
  /** An answer that a client has whole, and no completed row with its text. */
  lost: string[];
  /** A request that stands in the table, or is counted in the rollups, more than once. */
  doubled: string[];
  /** A row of a request that nobody sent, or a completed one of a request that was refused. */
  phantom: string[];
}

interface Row {
  id: string;
  outcome: string;
  prompt: string | null;
  answer: string | null;
  preview: string | null;
}

/** Compares the clients' ledger with the table; each check looks at what came since the last one. */
export class Verifier {
  private readonly postgres: CrashPostgres;
  private readonly ledger: ClientLedger;
  private readonly seenMarks = new Set<string>();
  private afterId = '00000000-0000-0000-0000-000000000000';
  rows = 0;
  interrupted = 0;
  withoutTexts = 0;
  verified = 0;

  constructor(postgres: CrashPostgres, ledger: ClientLedger) {
    this.postgres = postgres;
    this.ledger = ledger;
  }

  /** Only when the spool is empty and no request runs. Checked answers leave the ledger. */
  async check(): Promise<Findings> {
    const rows = await this.postgres.query<Row>(
      `SELECT l.id, l.outcome, b.prompt, b.answer, l.prompt_preview AS preview
         FROM request_log l LEFT JOIN request_body b USING (id)
        WHERE l.id > $1 ORDER BY l.id`,
      [this.afterId],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const answers = [...this.ledger.whole.values()];
    const lost = answers
      .filter((answer) => !isKept(answer, byId.get(answer.id)))
      .map((answer) => `${answer.mark} ${answer.id}: ${JSON.stringify(byId.get(answer.id) ?? 'no row')}`);
    const findings = { lost, ...this.checkMarks(rows) };
    const [sums] = await this.postgres.query<{ rows: string; rolled: string }>(
      `SELECT (SELECT count(*) FROM request_log) AS rows, (SELECT coalesce(sum(requests), 0) FROM usage_rollup) AS rolled`,
    );
    if (sums !== undefined && sums.rows !== sums.rolled)
      findings.doubled.push(`${sums.rows} rows, but ${sums.rolled} in the rollups`);
    this.rows += rows.length;
    this.verified += answers.length;
    this.interrupted += rows.filter(({ outcome }) => outcome === 'interrupted').length;
    this.withoutTexts += answers.filter(({ id }) => byId.get(id)?.answer == null).length;
    this.afterId = rows.at(-1)?.id ?? this.afterId;
    this.ledger.whole.clear();
    return findings;
  }

  private checkMarks(rows: readonly Row[]): Pick<Findings, 'doubled' | 'phantom'> {
    const doubled: string[] = [];
    const phantom: string[] = [];
    for (const row of rows) {
      const mark = /mark-\d+-end/.exec(row.prompt ?? row.preview ?? '')?.[0];
      // A refusal before the body was read knows no prompt.
      if (mark === undefined && row.outcome === 'completed') phantom.push(`${row.id}: a row without a mark`);
      if (mark === undefined) continue;
      if (this.seenMarks.has(mark)) doubled.push(`${mark}: ${row.id}`);
      this.seenMarks.add(mark);
      if (!this.ledger.sent.has(mark)) phantom.push(`${mark}: ${row.id}`);
      if (row.outcome === 'completed' && this.ledger.refused.has(mark)) phantom.push(`${mark}: was refused`);
    }
    return { doubled, phantom };
  }
}

/** On a full disk a row may be kept without its texts; never a wrong text, never another outcome. */
function isKept(answer: WholeAnswer, row: Row | undefined): boolean {
  return row?.outcome === 'completed' && (row.answer === null || row.answer === answer.text);
}
