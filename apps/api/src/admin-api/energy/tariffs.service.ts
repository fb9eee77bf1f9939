import { BadRequestException, ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import type {
  PriceImportResult,
  RateSeries,
  TariffItem,
  TariffList,
  TariffPreset,
} from '@ollameter/admin-contract';
import { BUCKET_US, type QuarterPrices, Tariff, toSchedule } from '@ollameter/cost-model';
import type { EntityManager } from 'typeorm';
import { AppConfig } from '../../config/app-config';
import { EnergyClock } from '../../energy/energy-clock';
import { HttpTextError } from '../../energy/http-text';
import { PriceFetchRepository } from '../../energy/price-fetch.repository';
import { PriceFetcher } from '../../energy/price-fetcher.service';
import { PriceListError, readPriceList } from '../../energy/price-list';
import { type TariffDraft, type TariffRecord, TariffRepository } from '../../energy/tariff.repository';
import { TariffService } from '../../energy/tariff.service';
import { AuditService } from '../../identity/audit.service';
import type { AuditSource } from '../../identity/audit-source';
import { InvalidFieldsError } from '../invalid-fields.error';
import { checkPlan } from './plan-check';
import { rateSpan } from './rate-span';
import { stateOf, toIsoUtc, toRateSeries, toTariffItem } from './tariff-item';
import { TARIFF_PRESETS } from './tariff-presets';
import type { PriceImportDto, RatesQueryDto, TariffInputDto, TariffPatchDto } from './tariff.dto';

const WEEK_US = 7 * 86_400_000_000;

/** Tariff versions: history is priced and stays; what is to come can be changed. Every change is recorded. */
@Injectable()
export class TariffsService {
  readonly presets: readonly TariffPreset[] = TARIFF_PRESETS;

  constructor(
    private readonly config: AppConfig,
    private readonly clock: EnergyClock,
    private readonly repository: TariffRepository,
    private readonly tariffs: TariffService,
    private readonly fetcher: PriceFetcher,
    private readonly fetches: PriceFetchRepository,
    private readonly audit: AuditService,
  ) {}

  async list(): Promise<TariffList> {
    await this.tariffs.refresh();
    const nowUs = this.clock.nowUs();
    const rate = this.tariffs.tariff.at(nowUs);
    const records = await this.repository.all();
    const fetched = await this.fetches.all();
    const order = (record: TariffRecord) => record.validFromUs ?? -1;
    return {
      now: {
        tariffId: rate.version.id,
        currency: rate.version.currency,
        rateMicrosPerKwh: Number(rate.rateMicrosPerKwh),
        period: rate.period,
        until: toIsoUtc(Math.min(rate.untilUs, nowUs + WEEK_US)),
      },
      items: records
        .toSorted((a, b) => order(b) - order(a) || b.id - a.id)
        .map((record) => toTariffItem(record, fetched.get(record.id), rate.version.id, nowUs)),
    };
  }

  /** @throws NotFoundException */
  async item(id: number): Promise<TariffItem> {
    await this.tariffs.refresh();
    const nowUs = this.clock.nowUs();
    const record = await this.find(id);
    const fetched = await this.fetches.all();
    return toTariffItem(record, fetched.get(id), this.tariffs.tariff.versionAt(nowUs).id, nowUs);
  }

  /** @throws InvalidFieldsError */
  async create(input: TariffInputDto, source: AuditSource): Promise<TariffItem> {
    checkPlan(input.plan);
    const nowUs = this.clock.nowUs();
    const validFromUs = input.validFrom === undefined ? nowUs : this.validFromOf(input.validFrom, nowUs);
    const draft: TariffDraft = {
      name: input.name,
      currency: input.currency,
      plan: input.plan,
      fixedMicrosPerDay: input.fixedMicrosPerDay ?? 0,
      source: input.source ?? null,
      sourceDate: input.sourceDate ?? null,
      origin: 'portal',
      validFromUs,
    };
    const id = await this.repository.changing(async (manager) => {
      const made = await this.repository.insert(draft, manager);
      const target = { type: 'tariff', id: String(made), name: draft.name };
      await this.audit.record({ ...source, action: 'tariff.create', target, after: audited(draft) }, manager);
      return made;
    });
    return this.item(id);
  }

  /** @throws NotFoundException, InvalidFieldsError, ConflictException for what priced time already */
  async change(id: number, patch: TariffPatchDto, source: AuditSource): Promise<TariffItem> {
    if (patch.plan !== undefined) checkPlan(patch.plan);
    await this.repository.changing(async (manager) => {
      const record = await this.find(id, manager);
      const changed = this.changed(record, patch);
      await this.repository.update(id, changed, manager);
      await this.audit.record(
        {
          ...source,
          action: 'tariff.change',
          target: targetOf(record),
          before: audited(record),
          after: audited(changed),
        },
        manager,
      );
    });
    return this.item(id);
  }

  private changed(record: TariffRecord, patch: TariffPatchDto): TariffDraft {
    const { name, source, sourceDate, ...rest } = patch;
    const nowUs = this.clock.nowUs();
    const changesFigures = Object.values<unknown>(rest).some((value) => value !== undefined);
    if (changesFigures && !this.isOpen(record, nowUs))
      throw new ConflictException(
        'This version is or was in force; make a new one. Its name and source can change.',
      );
    return {
      ...record,
      name: name ?? record.name,
      source: source ?? record.source,
      sourceDate: sourceDate ?? record.sourceDate,
      currency: rest.currency ?? record.currency,
      plan: rest.plan ?? record.plan,
      fixedMicrosPerDay: rest.fixedMicrosPerDay ?? record.fixedMicrosPerDay,
      validFromUs:
        rest.validFrom === undefined ? record.validFromUs : this.validFromOf(rest.validFrom, nowUs),
    };
  }

  /** @throws NotFoundException, ConflictException for what priced time already */
  async remove(id: number, source: AuditSource): Promise<void> {
    await this.repository.changing(async (manager) => {
      const record = await this.find(id, manager);
      if (!this.isOpen(record, this.clock.nowUs()))
        throw new ConflictException('This version is or was in force: rows keep it as their price.');
      await this.repository.delete(id, manager);
      await this.audit.record(
        { ...source, action: 'tariff.delete', target: targetOf(record), before: audited(record) },
        manager,
      );
    });
    await this.tariffs.refresh();
  }

  /** @throws NotFoundException, InvalidFieldsError naming `text` */
  async importPrices(
    id: number,
    { text, timezone = 'UTC', unit = 1 }: PriceImportDto,
    source: AuditSource,
  ): Promise<PriceImportResult> {
    const record = await this.find(id);
    if (record.plan.kind !== 'dynamic') throw new ConflictException('Only a dynamic tariff takes prices.');
    const prices = inField('text', () =>
      readPriceList(text, { stepMinutes: stepOf(record), timezone, unit }),
    );
    const result = toResult(prices, stepOf(record));
    await this.recordPrices('tariff.import_prices', record, result, source);
    await this.repository.storePrices(id, prices);
    await this.tariffs.refresh();
    return result;
  }

  /** Fetches the prices of the tariff's URL now. @throws BadRequestException with the reason when that fails */
  async fetchPrices(id: number, source: AuditSource): Promise<PriceImportResult> {
    const record = await this.find(id);
    try {
      const result = toResult(await this.fetcher.fetch(record), stepOf(record));
      await this.recordPrices('tariff.fetch_prices', record, result, source);
      return result;
    } catch (error) {
      if (error instanceof HttpTextError || error instanceof PriceListError)
        throw new BadRequestException(`priceUrl: ${error.message}`);
      throw error;
    }
  }

  /** One version's rates as if it were in force; by default the week from now. */
  async rates(id: number, query: RatesQueryDto): Promise<RateSeries> {
    const record = await this.find(id);
    const { fromUs, toUs } = rateSpan(query, this.config.timezone, this.clock.nowUs());
    return toRateSeries(await this.tariffs.tariffOf(record, fromUs, toUs), fromUs, toUs);
  }

  /** The rates of a tariff that is not stored, e.g. for a heat map while it is edited. */
  preview(input: TariffInputDto, query: RatesQueryDto): RateSeries {
    checkPlan(input.plan);
    const { fromUs, toUs } = rateSpan(query, this.config.timezone, this.clock.nowUs());
    const version = { id: 0, currency: input.currency, validFromUs: 0, schedule: toSchedule(input.plan) };
    return toRateSeries(new Tariff([version]), fromUs, toUs);
  }

  private recordPrices(
    action: string,
    record: TariffRecord,
    result: PriceImportResult,
    source: AuditSource,
  ): Promise<void> {
    return this.audit.record({ ...source, action, target: targetOf(record), after: result });
  }

  private async find(id: number, manager?: EntityManager): Promise<TariffRecord> {
    const record = await this.repository.find(id, manager);
    if (record === null) throw new NotFoundException('There is no tariff with this id.');
    return record;
  }

  /** Whether no time was priced by it: a draft, or one that begins later. */
  private isOpen(record: TariffRecord, nowUs: number): boolean {
    return ['draft', 'scheduled'].includes(stateOf(record, this.tariffs.tariff.versionAt(nowUs).id, nowUs));
  }

  private validFromOf(text: string | null, nowUs: number): number | null {
    if (text === null) return null;
    const us = Date.parse(text) * 1_000;
    if (!(us >= nowUs)) throw InvalidFieldsError.of('validFrom', 'must not be in the past');
    return us;
  }
}

function targetOf({ id, name }: TariffRecord) {
  return { type: 'tariff', id: String(id), name };
}

/** What of a version the record of changes keeps. */
function audited({ name, currency, plan, fixedMicrosPerDay, source, sourceDate, validFromUs }: TariffDraft) {
  const validFrom = validFromUs === null ? null : toIsoUtc(validFromUs);
  return { name, currency, plan, fixedMicrosPerDay, source, sourceDate, validFrom };
}

function stepOf({ plan }: TariffRecord): number {
  return plan.kind === 'dynamic' ? plan.stepMinutes : 15;
}

function toResult(prices: QuarterPrices, stepMinutes: number): PriceImportResult {
  let [first, last] = [Infinity, -Infinity];
  for (const quarter of prices.keys()) {
    first = Math.min(first, quarter);
    last = Math.max(last, quarter);
  }
  return {
    stored: Math.floor((prices.size * 15) / stepMinutes),
    from: toIsoUtc(first * BUCKET_US),
    to: toIsoUtc((last + 1) * BUCKET_US),
  };
}

function inField<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PriceListError) throw InvalidFieldsError.of(field, error.message);
    throw error;
  }
}
