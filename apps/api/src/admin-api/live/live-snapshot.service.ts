import { Injectable } from '@nestjs/common';
import type { LiveHost, LivePower, LiveRequest, LiveState, LoadedModel } from '@ollameter/admin-contract';
import { AdmissionService, type QueuePlace } from '../../admission/admission.service';
import { worst } from '../../energy/power-history.service';
import { PowerNow } from '../../energy/power-now.service';
import type { Exchange } from '../../exchange/exchange';
import { InFlight } from '../../exchange/in-flight';
import { LiveRequests } from '../../exchange/live-requests';
import { SpooledRequestLog } from '../../request-log/spooled-request-log.service';
import { HostPool } from '../../upstream/ollama/host-pool.service';
import { HostMemory } from './host-memory.service';
import { LiveElsewhere, type LiveShare } from './live-elsewhere.service';
import { toLiveRequest } from './live-request';

const MAX_REQUESTS = 100;

/** The gateway at one moment, before it is narrowed to what somebody may see. */
export interface LiveSnapshot {
  readonly exchanges: readonly Exchange[];
  /** The other gateways'. */
  readonly others: readonly LiveShare[];
  readonly queued: number;
  readonly places: ReadonlyMap<string, QueuePlace>;
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
    private readonly elsewhere: LiveElsewhere,
  ) {
    elsewhere.tellOf(() => this.shareOf(this.look([])));
  }

  /** One look at everything, for all who watch. */
  take(): LiveSnapshot {
    return this.look(this.elsewhere.shares());
  }

  private look(others: readonly LiveShare[]): LiveSnapshot {
    const hosts = this.pool.hosts.map((host) => ({
      name: host.name,
      demo: host.config.demo,
      reachable: host.reachable,
      slots: host.config.slots,
      running: others.reduce((sum, { runningOn }) => sum + (runningOn[host.name] ?? 0), host.running),
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
    const { queued, waitingPlaces: places } = this.admission;
    return { exchanges: this.live.all, others, queued, places, hosts, power };
  }

  /** What somebody sees of it: everything, or (a member) only what runs under own keys. */
  stateFor(snapshot: LiveSnapshot, ownerId: string | null): LiveState {
    const { others } = snapshot;
    const isTheirs = (owner: string | null | undefined) => ownerId === null || owner === ownerId;
    const here = snapshot.exchanges.filter(({ caller }) => isTheirs(caller?.ownerId));
    const there = others.flatMap(({ requests }) => requests).filter((each) => isTheirs(each.ownerId));
    const shown = [
      ...here.slice(0, MAX_REQUESTS).map((exchange) => this.request(exchange, snapshot)),
      ...there.map(({ request }) => request),
    ]
      // Ids of the same kind, by time.
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, MAX_REQUESTS);
    const untold = ownerId === null ? sum(others.map(({ omitted }) => omitted)) : 0;
    return {
      at: new Date().toISOString(),
      requests: shown,
      omitted: here.length + there.length + untold - shown.length,
      running: this.inFlight.size + sum(others.map(({ running }) => running)),
      queued: snapshot.queued + sum(others.map(({ queued }) => queued)),
      power: snapshot.power,
      hosts: snapshot.hosts,
      spool: this.log.stats(),
    };
  }

  /** What this gateway has in flight, for the others. */
  private shareOf(snapshot: LiveSnapshot): LiveShare {
    const { exchanges, queued } = snapshot;
    const told = exchanges.slice(0, MAX_REQUESTS);
    return {
      requests: told.map((exchange) => ({
        ownerId: exchange.caller?.ownerId ?? null,
        request: this.request(exchange, snapshot),
      })),
      omitted: exchanges.length - told.length,
      running: this.inFlight.size,
      queued,
      runningOn: Object.fromEntries(this.pool.hosts.map(({ name, running }) => [name, running])),
    };
  }

  private request(exchange: Exchange, { places, hosts, power }: LiveSnapshot): LiveRequest {
    const { progress } = exchange;
    const host = progress?.host;
    const loaded = hosts.find(({ name }) => name === host)?.loaded ?? null;
    const watts = power.hosts.find((each) => each.host === host)?.watts ?? 0;
    return toLiveRequest(exchange, {
      position: places.get(exchange.id)?.position ?? null,
      isLoaded: loaded === null ? null : holds(loaded, exchange.subject?.model ?? ''),
      energyWh:
        progress === null
          ? 0
          : (watts * this.partHere(progress.host) * this.inFlight.sharedUs(progress)) / 3.6e9,
    });
  }

  /** This gateway's part of a host that several share, by who runs there now. */
  private partHere(name: string): number {
    const host = this.pool.hosts.find((each) => each.name === name);
    return host === undefined || host.running === 0 ? 1 : host.running / (host.running + host.elsewhere);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function holds(loaded: readonly LoadedModel[], model: string): boolean {
  return loaded.some(({ name }) => name === model);
}
