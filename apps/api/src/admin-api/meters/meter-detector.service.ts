import { Injectable } from '@nestjs/common';
import type { MeterDetection, MeterInput, MeterKind } from '@ollameter/admin-contract';
import { AppConfig } from '../../config/app-config';
import { METER_KIND_RULES } from '../../energy/meters/meter-kinds';
import { isSameDevice } from '../../energy/meters/meter-overlap';
import { type MeterRecord, MeterRepository } from '../../energy/meters/meter.repository';
import { type MeterDraft, newMeter } from './meter-draft';
import { MeterTester } from './meter-tester.service';

const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)(:\d+)?$/;

/** What this machine may have in it, and what to know of it. */
const CANDIDATES: readonly { kind: MeterKind; name: string; note: string }[] = [
  {
    kind: 'nvidia',
    name: 'NVIDIA GPU',
    note: 'The cards alone, without CPU, memory and power supply. A RAPL meter beside it adds the CPU; a plug sees all.',
  },
  {
    kind: 'amd_gpu',
    name: 'AMD GPU',
    note: 'The cards alone, without CPU, memory and power supply. A RAPL meter beside it adds the CPU; a plug sees all.',
  },
  {
    kind: 'rapl',
    name: 'CPU (RAPL)',
    note: 'The CPU package alone, without graphics card, board and power supply.',
  },
  {
    kind: 'macmon',
    name: 'Mac (macmon)',
    note: 'The whole Mac as it tells it, without the loss of its power supply; calibrate it with a plug.',
  },
];

/** Looks for meters in the gateway's own machine. */
@Injectable()
export class MeterDetector {
  constructor(
    private readonly config: AppConfig,
    private readonly repository: MeterRepository,
    private readonly tester: MeterTester,
  ) {}

  async detect(): Promise<MeterDetection> {
    const stored = await this.repository.all();
    const tried = await Promise.all(CANDIDATES.map((candidate) => this.tryOut(candidate, stored)));
    return {
      found: tried.flatMap((each) => ('input' in each ? each : [])),
      missing: tried.flatMap((each) => ('reason' in each ? each : [])),
    };
  }

  private async tryOut(
    { kind, name, note }: (typeof CANDIDATES)[number],
    stored: readonly MeterRecord[],
  ): Promise<MeterDetection['found'][number] | MeterDetection['missing'][number]> {
    const { host, isHere } = this.localHost();
    const input: MeterInput = { name, kind, host, settings: {} };
    const draft: MeterDraft = newMeter(
      { ...input, intervalMs: METER_KIND_RULES[kind].intervalMs, settings: {} },
      [host],
    );
    const { reading, fault } = await this.tester.read(draft);
    if (fault !== null) return { kind, reason: fault };
    const elsewhere = isHere
      ? ''
      : ` It is in the gateway's machine; Ollama seems to run on another (${host}).`;
    return {
      input,
      reading,
      note: note + elsewhere,
      existingId: stored.find((record) => isSameDevice(record, draft))?.id ?? null,
    };
  }

  /** The host that shares this machine, if there is one. */
  private localHost(): { host: string; isHere: boolean } {
    const names = this.config.hosts.filter(({ demo }) => !demo).map(({ name }) => name);
    const here = names.find((name) => LOOPBACK.test(name));
    return { host: here ?? names[0] ?? this.config.hosts[0]?.name ?? 'demo', isHere: here !== undefined };
  }
}
