import { type LoggerService, Module } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../src/config/app-config';
import { ConfigModule } from '../../src/config/config.module';
import { OtherReplicas } from '../../src/energy/claims-elsewhere';
import { EnergyModule } from '../../src/energy/energy.module';
import { SettlerService } from '../../src/energy/settler.service';
import { UnstoredIntervals } from '../../src/energy/unstored-intervals';
import { InFlight } from '../../src/exchange/in-flight';
import { nowUs } from '../../src/exchange/gateway-clock';
import { EnergyRig, HOST, NOON_US, SECOND, SpooledIntervals, ToldClaims } from './energy-rig';
import { type TestDatabase, TestPostgres } from './postgres';

let postgres: TestPostgres;
let database: TestDatabase;
let rig: EnergyRig;
const spool = new SpooledIntervals();
const processes: TestingModule[] = [];
const warnings: string[] = [];
const logger: LoggerService = {
  log: () => undefined,
  error: () => undefined,
  warn: (message: string) => warnings.push(message),
};

beforeAll(async () => {
  postgres = await TestPostgres.start();
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  warnings.length = 0;
  database = await postgres.database();
  rig = await EnergyRig.start(database, { at: secondsAfterNoon() });
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.close()));
  await database.dataSource.destroy();
});

/** A gateway process as far as energy goes: the real module, with its loop. */
async function startProcess(): Promise<TestingModule> {
  const { dataSource, url } = database;
  @Module({
    providers: [
      { provide: DataSource, useValue: dataSource },
      { provide: UnstoredIntervals, useValue: spool },
      { provide: OtherReplicas, useClass: ToldClaims },
      InFlight,
    ],
    exports: [DataSource, UnstoredIntervals, OtherReplicas, InFlight],
  })
  class OutsideModule {}
  const config = AppConfig.fromVariables({ DATABASE_URL: url, OLLAMA_URL: `http://${HOST}` });
  const process = await Test.createTestingModule({
    imports: [ConfigModule.with(config), { module: OutsideModule, global: true }, EnergyModule],
  }).compile();
  process.useLogger(logger);
  processes.push(process);
  await process.init();
  return process;
}

function secondsAfterNoon(): number {
  return (nowUs() - NOON_US) / SECOND;
}

/** A request of half a millisecond that is answered now: spooled first, then stored. */
async function storeJustNow(): Promise<string> {
  const startedUs = nowUs();
  spool.slotFromUs.set('answered', { host: HOST, us: startedUs });
  const second = (startedUs - NOON_US) / SECOND;
  const id = await rig.store({ active: [second, second + 0.000_5] });
  spool.slotFromUs.delete('answered');
  return id;
}

async function lockHolder(): Promise<number | undefined> {
  const [row] = await database.dataSource.query<{ pid: number }[]>(
    `SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
        AND a.application_name = 'ollameter settler'`,
  );
  return row?.pid;
}

/** Waits for a condition in the database; the test's own timeout ends it. */
async function until<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    await nextTurn();
  }
}

describe('SettlerService', () => {
  it('charges a row by itself, and when poked a hundred times at once', async () => {
    const process = await startProcess();
    await until(lockHolder);
    const unasked = await storeJustNow();
    await until(() => rig.charge(unasked));

    const poked = await storeJustNow();
    for (let times = 0; times < 100; times += 1) process.get(SettlerService).poke();
    await until(() => rig.charge(poked));
    await rig.expectConserved();
  });

  it('settles in one process only, and another takes over when it stops', async () => {
    const first = await startProcess();
    const leader = await until(lockHolder);
    await startProcess();
    await until(async () => {
      const [row] = await database.dataSource.query<{ count: string }[]>(
        `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ollameter settler' AND datname = current_database()`,
      );
      return row?.count === '2' ? true : undefined;
    });
    expect(await lockHolder()).toBe(leader);

    await first.close();
    const next = await until(lockHolder);
    expect(next).not.toBe(leader);
    const id = await storeJustNow();
    expect(await until(() => rig.charge(id))).toMatchObject({ quality: 'constant' });
  }, 15_000);

  it('takes the lock again after its session was lost', async () => {
    await startProcess();
    const before = await until(lockHolder);
    await database.dataSource.query(`SELECT pg_terminate_backend($1)`, [before]);
    const after = await until(async () => {
      const pid = await lockHolder();
      return pid === before ? undefined : pid;
    });
    expect(after).not.toBe(before);
    const id = await storeJustNow();
    await until(() => rig.charge(id));
  }, 15_000);

  it('keeps trying while the database refuses it, and charges what waited', async () => {
    await database.dataSource.query(`ALTER TABLE energy_ledger RENAME TO energy_ledger_away`);
    await startProcess();
    await until(lockHolder);
    const id = await storeJustNow();
    await until(() => Promise.resolve(warnings.find((message) => message.includes('energy_ledger'))));
    expect(await rig.charge(id)).toBeUndefined();
    await database.dataSource.query(`ALTER TABLE energy_ledger_away RENAME TO energy_ledger`);
    await until(() => rig.charge(id));
    await rig.expectConserved();
  }, 15_000);
});
