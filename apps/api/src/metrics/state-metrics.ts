import { Gauge, type Registry } from 'prom-client';
import type { GatewayStatus, HostPower } from '@ollameter/admin-contract';

/** Gauges that are read when somebody asks: queue, slots, hosts, spool. */
export class StateMetrics {
  private readonly queued: Gauge;
  private readonly slots: Gauge<'host'>;
  private readonly busy: Gauge<'host'>;
  private readonly up: Gauge<'host'>;
  private readonly power: Gauge;
  private readonly hostPower: Gauge<'host'>;
  private readonly meterSilent: Gauge<'host'>;
  private readonly spoolRecords: Gauge;
  private readonly spoolBytes: Gauge;
  private readonly spoolAge: Gauge;
  private readonly spoolAccepting: Gauge;
  private readonly spoolPoison: Gauge;
  private readonly spoolUnaccounted: Gauge;
  private readonly database: Gauge;
  private readonly redis: Gauge;
  private readonly replicas: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
    const byHost = (name: string, help: string) => new Gauge({ name, help, labelNames: ['host'], registers });
    this.queued = gauge('ollameter_queue_length', 'Requests that wait for a slot.');
    this.slots = byHost('ollameter_slots', 'Parallel places of a host.');
    this.busy = byHost('ollameter_slots_busy', 'Places of a host that are taken.');
    this.up = byHost('ollameter_host_up', 'Whether a host answers.');
    this.power = gauge('ollameter_power_watts', 'What the machine draws now, by the meter in force.');
    this.hostPower = byHost('ollameter_host_power_watts', 'What a host draws now, by the meter in force.');
    this.meterSilent = byHost(
      'ollameter_meter_silent',
      "Whether the constant stands in for a host's meter; absent where it has none.",
    );
    this.spoolRecords = gauge('ollameter_spool_records', 'Records accepted and not yet in PostgreSQL.');
    this.spoolBytes = gauge('ollameter_spool_bytes', 'Bytes of the spool that are not yet in PostgreSQL.');
    this.spoolAge = gauge('ollameter_spool_oldest_age_seconds', 'Age of the oldest record in the spool.');
    this.spoolAccepting = gauge('ollameter_spool_accepting', 'Whether the spool takes new requests.');
    this.spoolPoison = gauge(
      'ollameter_spool_poison_records',
      'Records that PostgreSQL refused for their data.',
    );
    this.spoolUnaccounted = gauge(
      'ollameter_spool_unaccounted_records',
      'Accepted minus stored, spooled and refused; anything but 0 is a defect.',
    );
    this.database = gauge('ollameter_database_up', 'Whether PostgreSQL answers.');
    this.redis = gauge('ollameter_redis_up', 'Whether Redis answers; 1 also where there is no REDIS_URL.');
    this.replicas = gauge('ollameter_replicas', 'Gateways on this database, as last seen.');
  }

  read(status: GatewayStatus, power: readonly HostPower[]): void {
    this.queued.set(status.queued);
    for (const metric of [this.slots, this.busy, this.up]) metric.reset();
    for (const { name: host, slots, running, reachable } of status.hosts) {
      this.slots.set({ host }, slots);
      this.busy.set({ host }, running);
      this.up.set({ host }, reachable ? 1 : 0);
    }
    this.power.set(status.powerWatts);
    for (const metric of [this.hostPower, this.meterSilent]) metric.reset();
    for (const { host, watts, quality } of power) {
      this.hostPower.set({ host }, watts);
      if (quality !== 'constant') this.meterSilent.set({ host }, quality === 'estimated' ? 1 : 0);
    }
    this.spoolRecords.set(status.spool.records);
    this.spoolBytes.set(status.spool.bytes);
    this.spoolAge.set(status.spool.oldestAgeMs / 1000);
    this.spoolAccepting.set(status.spool.condition === 'ok' ? 1 : 0);
    this.spoolPoison.set(status.spool.poisonRecords);
    this.spoolUnaccounted.set(status.spool.unaccountedRecords);
    this.database.set(status.databaseReachable ? 1 : 0);
    this.redis.set(status.redis === 'unreachable' ? 0 : 1);
    this.replicas.set(status.replicas);
  }
}
