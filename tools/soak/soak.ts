import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CrashPostgres } from '../crash/crash-postgres.ts';
import { GatewayProcess } from '../crash/gateway-process.ts';
import { Random } from '../crash/random.ts';
import { type FakeOllama, startFakeOllama } from '../fake-ollama/fake-ollama.ts';
import { IdleProcess } from './idle-process.ts';
import { type Kind, MixedLoad } from './mixed-load.ts';
import { type ReplicaSample, sampleReplica } from './replica-sample.ts';
import { SideProcess } from './side-process.ts';

const API_KEY = 'key-of-the-soak-0123456789';
const REPLICAS = 2;
const CLIENTS = 24;
/** Enough that nobody is refused: the soak looks for leaks, not for limits. */
const SLOTS = 16;
const ANSWER_TOKENS = 40;
const TOKENS_PER_SECOND = 200;
const SAMPLES = 60;
/** Code is compiled and pools are filled before memory can be called flat. */
const WARM_UP_SHARE = 0.25;
const QUIET_MS = 30_000;

export interface SoakOptions {
  seconds: number;
  seed: number;
  onSample?: (replica: number, sample: ReplicaSample) => void;
}

/** The figures of a run. */
export interface SoakReport {
  seconds: number;
  seed: number;
  asked: Record<Kind, number>;
  surprises: string[];
  /** Answers that a client got to the end. */
  wholeAnswers: number;
  /** Whole answers without a row, or with more than one. */
  missingRows: number;
  /** The 99th percentile of the event loop's delay of a process that did nothing meanwhile. */
  idleEventLoopP99Ms: number;
  replicas: ReplicaReport[];
}

export interface ReplicaReport {
  /** Medians of the first and the last third of the samples after the warm-up. */
  residentMbEarly: number;
  residentMbLate: number;
  /** Of the windows between samples after the warm-up: the median of their 99th percentiles, and what nine in ten stay below. */
  eventLoopP99Ms: number;
  eventLoopP99HighMs: number;
  openFilesBefore: number | null;
  /** When all clients are gone. */
  after: ReplicaSample;
}

/** Two gateways on one PostgreSQL and one Redis behind nginx, under a mixed load; then silence. */
export class Soak {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ollameter-soak-'));
  private readonly samples: ReplicaSample[][] = [];
  private readonly replicas: GatewayProcess[] = [];
  private readonly idle = new IdleProcess();
  private readonly options: SoakOptions;
  private readonly postgres: CrashPostgres;
  private readonly redis: SideProcess;
  private readonly ollama: FakeOllama;

  private constructor(options: SoakOptions, postgres: CrashPostgres, redis: SideProcess, ollama: FakeOllama) {
    this.options = options;
    this.postgres = postgres;
    this.redis = redis;
    this.ollama = ollama;
  }

  static async run(options: SoakOptions): Promise<SoakReport> {
    const soak = new Soak(
      options,
      await CrashPostgres.start(),
      await SideProcess.redis(),
      await startFakeOllama({
        slots: SLOTS,
        keepRequests: 0,
        answerTokens: ANSWER_TOKENS,
        tokensPerSecond: TOKENS_PER_SECOND,
      }),
    );
    try {
      return await soak.report();
    } finally {
      await soak.end();
    }
  }

  private async report(): Promise<SoakReport> {
    for (let replica = 0; replica < REPLICAS; replica++) this.replicas.push(await this.startReplica(replica));
    const before = await this.sample();
    const load = await this.loadThroughNginx();
    const idleEventLoopP99Ms = await this.idle.p99Ms();
    const after = await this.quiet();
    return {
      seconds: this.options.seconds,
      seed: this.options.seed,
      asked: load.asked,
      surprises: load.surprises,
      wholeAnswers: load.whole.length,
      missingRows: await this.missingRows(load.whole),
      idleEventLoopP99Ms,
      replicas: after.map((sample, replica) =>
        reportOf(this.samples[replica] ?? [], before[replica]?.openFiles ?? null, sample),
      ),
    };
  }

  private startReplica(replica: number): Promise<GatewayProcess> {
    const dataDir = this.dataDir(replica);
    mkdirSync(dataDir);
    return GatewayProcess.start(
      {
        GATEWAY_PORT: '0',
        ADMIN_PORT: '0',
        DATA_DIR: dataDir,
        DATABASE_URL: this.postgres.url,
        REDIS_URL: `redis://127.0.0.1:${this.redis.port}`,
        OLLAMA_URL: this.ollama.url,
        HOST_SLOTS: String(SLOTS),
        API_KEY,
        KEY_PEPPER: 'the pepper of the soak',
        ADMIN_PASSWORD: 'a password of the soak',
        METRICS_PUBLIC: 'true',
        TRUST_PROXY: '127.0.0.1',
        LOG_LEVEL: 'warn',
      },
      join(this.folder, `replica-${replica}.log`),
    );
  }

  private async loadThroughNginx(): Promise<MixedLoad> {
    const nginxFolder = mkdtempSync(join(tmpdir(), 'ollameter-soak-nginx-'));
    const nginx = await SideProcess.nginx(
      this.replicas.map(({ url }) => Number(new URL(url).port)),
      nginxFolder,
    );
    try {
      const random = new Random(this.options.seed);
      const load = new MixedLoad(`http://127.0.0.1:${nginx.port}`, API_KEY, CLIENTS, random);
      for (let sample = 0; sample < SAMPLES; sample++) {
        await delay((this.options.seconds * 1000) / SAMPLES);
        for (const [replica, found] of (await this.sample()).entries()) {
          (this.samples[replica] ??= []).push(found);
          this.options.onSample?.(replica, found);
        }
      }
      await load.ended();
      return load;
    } finally {
      await nginx.stop();
      rmSync(nginxFolder, { recursive: true, force: true });
    }
  }

  /** Waits until the replicas say that nothing is left, at most a while. */
  private async quiet(): Promise<ReplicaSample[]> {
    for (const until = Date.now() + QUIET_MS; ;) {
      const samples = await this.sample();
      const idle = samples.every(({ spoolRecords, slotsTaken }) => spoolRecords === 0 && slotsTaken === 0);
      if (idle || Date.now() > until) return samples;
      await delay(250);
    }
  }

  private sample(): Promise<ReplicaSample[]> {
    return Promise.all(
      this.replicas.map(({ pid, adminUrl }, replica) => sampleReplica(pid, adminUrl, this.dataDir(replica))),
    );
  }

  private async missingRows(ids: readonly string[]): Promise<number> {
    const [found] = await this.postgres.query<{ rows: number }>(
      "SELECT count(*)::int AS rows FROM request_log WHERE id = ANY ($1::uuid[]) AND outcome = 'completed'",
      [ids],
    );
    return ids.length - (found?.rows ?? 0);
  }

  private async end(): Promise<void> {
    await Promise.allSettled(this.replicas.map((replica) => replica.kill()));
    this.idle.end();
    await this.ollama.close();
    await this.redis.stop();
    await this.postgres.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private dataDir(replica: number): string {
    return join(this.folder, `data-${replica}`);
  }
}

function reportOf(
  samples: readonly ReplicaSample[],
  openFilesBefore: number | null,
  after: ReplicaSample,
): ReplicaReport {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const third = Math.ceil(warm.length / 3);
  const resident = (part: readonly ReplicaSample[]) => median(part.map(({ residentMb }) => residentMb));
  const delays = warm.map(({ eventLoopP99Ms }) => eventLoopP99Ms);
  return {
    residentMbEarly: resident(warm.slice(0, third)),
    residentMbLate: resident(warm.slice(-third)),
    eventLoopP99Ms: median(delays),
    eventLoopP99HighMs: quantile(delays, 0.9),
    openFilesBefore,
    after,
  };
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** NaN of no values, which no verdict takes for a good figure. */
function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}
