import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startFakeOllama, type FakeOllama } from '../fake-ollama/fake-ollama.ts';
import { ClientLedger } from './client-ledger.ts';
import { CrashPostgres } from './crash-postgres.ts';
import { GatewayProcess } from './gateway-process.ts';
import { Load } from './load.ts';
import { Random } from './random.ts';
import { SmallDisk } from './small-disk.ts';
import { SpoolDamage } from './spool-damage.ts';
import { type Findings, Verifier } from './verify.ts';

const API_KEY = 'key-of-the-crash-campaign-0123';
const DISK_BYTES = 96 * 1024 * 1024;
const CLIENTS = 12;
/** How long after the start of the load the gateway is killed. */
const KILL_MS = [50, 900] as const;
const DRAIN_MS = 60_000;

export type DatabaseHarm = 'none' | 'stopped' | 'frozen' | 'killed';
export type SpoolHarm = 'none' | 'torn' | 'flipped';

export interface CampaignOptions {
  rounds: number;
  seed: number;
  onRound?: (round: number, summary: Summary) => void;
}

/** The figures of a campaign. */
export interface Summary extends Findings {
  rounds: number;
  seed: number;
  requests: number;
  /** Answers that ended properly at their client; each was looked for in the table. */
  wholeAnswers: number;
  rows: number;
  interruptedRows: number;
  /** Rows whose texts the reserve had no room for. */
  rowsWithoutTexts: number;
  refused: number;
  databaseHarms: Record<DatabaseHarm, number>;
  spoolHarms: Record<SpoolHarm, number>;
  flippedBits: number;
  fullDisks: number;
}

/** Rounds of load, each ended by `kill -9` of the gateway, with harm to PostgreSQL, disk and spool in between. */
export class Campaign {
  private readonly ledger = new ClientLedger();
  private readonly random: Random;
  private readonly verifier: Verifier;
  private readonly damage: SpoolDamage;
  private readonly options: CampaignOptions;
  private readonly postgres: CrashPostgres;
  private readonly ollama: FakeOllama;
  private readonly disk: SmallDisk | null;
  private readonly folder: string;
  private readonly findings: Findings = { lost: [], doubled: [], phantom: [] };
  private readonly databaseHarms = { none: 0, stopped: 0, frozen: 0, killed: 0 };
  private readonly spoolHarms = { none: 0, torn: 0, flipped: 0 };
  private flippedBits = 0;
  private fullDisks = 0;
  private round = 0;

  private constructor(options: CampaignOptions, postgres: CrashPostgres, ollama: FakeOllama) {
    this.options = options;
    this.postgres = postgres;
    this.ollama = ollama;
    this.random = new Random(options.seed);
    this.verifier = new Verifier(postgres, this.ledger);
    this.disk = SmallDisk.mount(DISK_BYTES);
    this.folder = this.disk?.folder ?? mkdtempSync(join(tmpdir(), 'ollameter-crash-'));
    this.damage = new SpoolDamage(join(this.folder, 'data', 'spool'), this.random);
  }

  /** Resolves to the figures; whether they are good is the caller's to say. */
  static async run(options: CampaignOptions): Promise<Summary> {
    const postgres = await CrashPostgres.start();
    const ollama = await startFakeOllama({ slots: 64, tokenDelayMs: 2, answerTokens: 12, keepRequests: 0 });
    const campaign = new Campaign(options, postgres, ollama);
    try {
      await campaign.rounds();
      return campaign.summary();
    } finally {
      await campaign.close();
    }
  }

  private async rounds(): Promise<void> {
    for (; this.round < this.options.rounds; this.round++) {
      const gateway = await this.startAndCheck();
      await this.hurtUnderLoad(gateway);
      this.options.onRound?.(this.round + 1, this.summary());
    }
    const gateway = await this.startAndCheck();
    await gateway.kill();
  }

  /** The life that recovers what the last one left; nothing is asked of it before its spool is empty and checked. */
  private async startAndCheck(): Promise<GatewayProcess> {
    const gateway = await GatewayProcess.start(
      this.variables(),
      join(tmpdir(), `ollameter-crash-${this.options.seed}.log`),
    );
    const giveUpAtMs = Date.now() + DRAIN_MS;
    for (;;) {
      const { records, unaccountedRecords } = await gateway.spool();
      if (unaccountedRecords !== 0)
        this.findings.lost.push(`round ${this.round}: ${unaccountedRecords} unaccounted for`);
      if (records === 0) break;
      if (Date.now() > giveUpAtMs)
        throw new Error(`round ${this.round}: ${records} records stay in the spool`);
      await delay(20);
    }
    const { lost, doubled, phantom } = await this.verifier.check();
    const inRound = (text: string) => `before round ${this.round}: ${text}`;
    this.findings.lost.push(...lost.map(inRound));
    this.findings.doubled.push(...doubled.map(inRound));
    this.findings.phantom.push(...phantom.map(inRound));
    return gateway;
  }

  private async hurtUnderLoad(gateway: GatewayProcess): Promise<void> {
    const { random } = this;
    const killAtMs = random.between(...KILL_MS);
    const database = random.pick<DatabaseHarm>(['none', 'none', 'stopped', 'frozen', 'killed']);
    this.databaseHarms[database]++;
    const fillsDisk = this.disk !== null && random.chance(0.15);
    const load = new Load(gateway.url, API_KEY, CLIENTS, this.ledger, random);
    const harms = [
      this.after(random.between(0, killAtMs), () => this.hurtDatabase(database)),
      ...(fillsDisk ? [this.after(random.between(0, killAtMs), () => this.disk?.fill())] : []),
    ];
    await delay(killAtMs);
    await Promise.all(harms);
    await gateway.kill();
    await load.ended();
    await this.healDatabase(database);
    if (fillsDisk) this.fullDisks++;
    if (fillsDisk) this.disk.free();
    this.hurtSpool(random.pick<SpoolHarm>(['none', 'torn', 'flipped']));
  }

  private async after(ms: number, harm: () => unknown): Promise<void> {
    await delay(ms);
    await harm();
  }

  private async hurtDatabase(harm: DatabaseHarm): Promise<void> {
    if (harm === 'stopped') await this.postgres.stop();
    if (harm === 'frozen') this.postgres.freeze();
    if (harm === 'killed') await this.postgres.kill();
  }

  private async healDatabase(harm: DatabaseHarm): Promise<void> {
    if (harm === 'frozen') this.postgres.thaw();
    if (harm === 'stopped' || harm === 'killed') await this.postgres.run();
  }

  private hurtSpool(harm: SpoolHarm): void {
    let done: SpoolHarm = 'none';
    if (harm === 'torn' && this.damage.tearTail(this.ledger)) done = 'torn';
    if (harm === 'flipped') {
      const flips = this.damage.flipBits();
      this.flippedBits += flips;
      if (flips > 0) done = 'flipped';
    }
    this.spoolHarms[done]++;
  }

  private variables(): Record<string, string> {
    return {
      DATABASE_URL: this.postgres.url,
      DATA_DIR: join(this.folder, 'data'),
      GATEWAY_PORT: '0',
      ADMIN_PORT: '0',
      OLLAMA_URL: this.ollama.url,
      HOST_SLOTS: '64',
      API_KEY,
      KEY_PEPPER: 'pepper-of-the-crash-campaign',
      SPOOL_RESERVE_MB: '4',
      LOG_DURABILITY: this.random.pick(['process', 'power']),
      LOG_LEVEL: 'warn',
    };
  }

  private summary(): Summary {
    return {
      rounds: this.round,
      seed: this.options.seed,
      requests: this.ledger.requests,
      wholeAnswers: this.verifier.verified,
      rows: this.verifier.rows,
      interruptedRows: this.verifier.interrupted,
      rowsWithoutTexts: this.verifier.withoutTexts,
      refused: this.ledger.refused.size,
      ...this.findings,
      databaseHarms: this.databaseHarms,
      spoolHarms: this.spoolHarms,
      flippedBits: this.flippedBits,
      fullDisks: this.fullDisks,
    };
  }

  private async close(): Promise<void> {
    await this.ollama.close();
    await this.postgres.destroy();
    if (this.disk === null) rmSync(this.folder, { recursive: true, force: true });
    else this.disk.unmount();
  }
}
