import { Injectable } from '@nestjs/common';
import type { LiveHost, LivePower, LiveRequest, LiveState, LoadedModel } from '@ollameter/admin-contract';
import { AdmissionService } from '../../admission/admission.service';
import { worst } from '../../energy/power-history.service';
import { PowerNow } from '../../energy/power-now.service';
import type { Exchange } from '../../exchange/exchange';
import { InFlight } from '../../exchange/in-flight';
import { LiveRequests } from '../../exchange/live-requests';
import { SpooledRequestLog } from '../../request-log/spooled-request-log.service';
import { HostPool } from '../../upstream/ollama/host-pool.service';
import { HostMemory } from './host-memory.service';
import { toLiveRequest } from './live-request';

const MAX_REQUESTS = 100;

/** The gateway at one moment, before it is narrowed to what somebody may see. */
export interface LiveSnapshot {
  readonly exchanges: readonly Exchange[];
  readonly positions: ReadonlyMap<AbortSignal, number>;
  readonly hosts: LiveHost[];
  readonly power: LivePower;
}

@Injectable()
export class LiveSnapshots {
  constructor(
    private readonly live: LiveRequests,
    private readonly inFlight: InFlight,
    private readonly admission: AdmissionService,
    private readonly pool: HostPool,
    private readonly memory: HostMemory,
    private readonly powerNow: PowerNow,
    private readonly log: SpooledRequestLog,
  ) {}

  /** One look at everything, for all who watch. */
  take(): LiveSnapshot {
    const hosts = this.pool.hosts.map((host) => ({
      name: host.name,
      demo: host.config.demo,
      reachable: host.reachable,
      slots: host.config.slots,
      running: host.running,
      loaded: this.memory.of(host),
    }));
    const perHost = hosts.map(({ name, running }) => ({
      host: name,
      ...this.powerNow.of(name, running > 0),
    }));
    const power: LivePower = {
      watts: perHost.reduce((sum, { watts }) => sum + watts, 0),
      quality: worst(perHost.map(({ quality }) => quality)),
      hosts: perHost,
    };
    return { exchanges: this.live.all, positions: this.admission.positions(), hosts, power };
  }

  /** What somebody sees of it: everything, or (a member) only what runs under own keys. */
  stateFor(snapshot: LiveSnapshot, ownerId: string | null): LiveState {
    const visible = snapshot.exchanges.filter(
      ({ caller }) => ownerId === null || caller?.ownerId === ownerId,
    );
    const shown = visible.slice(0, MAX_REQUESTS);
    return {
      at: new Date().toISOString(),
      requests: shown.map((exchange) => this.request(exchange, snapshot)),
      omitted: visible.length - shown.length,
      running: this.inFlight.size,
      queued: snapshot.positions.size,
      power: snapshot.power,
      hosts: snapshot.hosts,
      spool: this.log.stats(),
    };
  }

  private request(exchange: Exchange, { positions, hosts, power }: LiveSnapshot): LiveRequest {
    const { progress } = exchange;
    const host = progress?.host;
    const loaded = hosts.find(({ name }) => name === host)?.loaded ?? null;
    const watts = power.hosts.find((each) => each.host === host)?.watts ?? 0;
    return toLiveRequest(exchange, {
      position: positions.get(exchange.signal) ?? null,
      isLoaded: loaded === null ? null : holds(loaded, exchange.subject?.model ?? ''),
      energyWh: progress === null ? 0 : (watts * this.inFlight.sharedUs(progress)) / 3.6e9,
    });
  }
}

function holds(loaded: readonly LoadedModel[], model: string): boolean {
  return loaded.some(({ name }) => name === model);
}
