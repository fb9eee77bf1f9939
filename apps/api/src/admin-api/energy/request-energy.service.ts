import { Injectable, NotFoundException } from '@nestjs/common';
import type { RequestEnergy, SessionUser } from '@ollameter/admin-contract';
import { ownerReach } from '../../identity/permission';
import { OLLAMA_QUEUE_MS } from '../../request-log/ollama-queue';
import { ReadOnlyDatabase } from '../read-only-database.service';
import { type RequestEnergyRow, toRequestEnergy } from './request-energy';

const REQUEST_ENERGY = `
  SELECT l.id, l.host, l.active_to_us IS NOT NULL AS "wasActive", l.queue_ms AS "queueMs",
         ${OLLAMA_QUEUE_MS} AS "ollamaQueueMs", l.load_ms AS "loadMs",
         l.prompt_ms AS "promptMs", l.generate_ms AS "generateMs", l.prompt_tokens AS "promptTokens",
         l.cached_prompt_tokens AS "cachedPromptTokens",
         l.completion_tokens AS "completionTokens", e.quality, e.source, e.scope, e.concurrency, e.currency,
         e.energy_pj AS "energyPj", e.cost_numerator AS "costNumerator", e.floor_pj AS "floorPj",
         e.floor_cost_numerator AS "floorCostNumerator", e.slices
    FROM request_log l LEFT JOIN request_energy e ON e.id = l.id
   WHERE l.id = $1
     AND ($2::uuid IS NULL OR l.key_id IN (SELECT id FROM api_key WHERE owner_id = $2))`;

/** What one request was charged, and why. */
@Injectable()
export class RequestEnergyService {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** @throws NotFoundException, also for a row that this user does not reach */
  async of(user: SessionUser, id: string): Promise<RequestEnergy> {
    const [row] = await this.database.read((manager) =>
      manager.query<RequestEnergyRow[]>(REQUEST_ENERGY, [id, ownerReach(user)]),
    );
    if (row === undefined) throw new NotFoundException('There is no request with this id.');
    return toRequestEnergy(row);
  }
}
