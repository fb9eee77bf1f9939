import { Injectable } from '@nestjs/common';
import type { UrdbImportResult } from '@ollameter/admin-contract';
import { EnergyClock } from '../../energy/energy-clock';
import { InvalidFieldsError } from '../invalid-fields.error';
import { fromUrdb } from './from-urdb';
import type { UrdbImportDto } from './tariff.dto';
import { readUrdb, UrdbError } from './urdb-document';

/** Rates of OpenEI's Utility Rate Database as tariffs to look at and post; stores nothing. */
@Injectable()
export class UrdbImports {
  constructor(private readonly clock: EnergyClock) {}

  /** @throws InvalidFieldsError naming `text` */
  read({ text, timezone }: UrdbImportDto): UrdbImportResult {
    const today = new Date(this.clock.nowUs() / 1_000).toISOString().slice(0, 10);
    try {
      return { tariffs: readUrdb(text).map((rate) => fromUrdb(rate, timezone, today)) };
    } catch (error) {
      if (error instanceof UrdbError) throw InvalidFieldsError.of('text', error.message);
      throw error;
    }
  }
}
