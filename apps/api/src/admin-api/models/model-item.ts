import type { LoadedModel, ModelItem } from '@ollameter/admin-contract';
import { canonicalModelName } from '../../upstream/ollama/model-name';
import type { OllamaRunning, OllamaTags } from '../../upstream/ollama/ollama-wire';

export type InstalledModel = NonNullable<OllamaTags['models']>[number];
type RunningModel = NonNullable<OllamaRunning['models']>[number];

/** What one host said when it was asked. */
export interface HostInventory {
  host: string;
  demo: boolean;
  installed: readonly InstalledModel[];
  loaded: readonly LoadedModel[];
}

/** Ollama says "for ever" with a time some centuries away; no model is kept for a hundred years. */
const FOR_EVER_MS = 100 * 365.25 * 24 * 3_600_000;

export function toLoadedModel(model: RunningModel): LoadedModel {
  const expiresAtMs = Date.parse(model.expires_at ?? '');
  const ends = expiresAtMs - Date.now() < FOR_EVER_MS;
  return {
    name: model.name,
    sizeBytes: model.size ?? 0,
    vramBytes: model.size_vram ?? 0,
    contextLength: model.context_length ?? null,
    expiresAt: ends ? new Date(expiresAtMs).toISOString() : null,
  };
}

/** The hosts' lists as one: each model once, in the words of the first host that holds it, with all that hold it. */
export function toModelItems(
  inventories: readonly HostInventory[],
): Omit<ModelItem, 'settings' | 'aliases'>[] {
  const byName = new Map<string, Omit<ModelItem, 'settings' | 'aliases'>>();
  for (const { host, demo, installed, loaded } of inventories)
    for (const model of installed) {
      const key = canonicalModelName(model.name);
      const item = byName.get(key) ?? { ...described(model), demo, hosts: [] };
      byName.set(key, item);
      const running = loaded.find(({ name }) => canonicalModelName(name) === key);
      item.hosts.push({
        host,
        sizeBytes: model.size ?? 0,
        digest: model.digest ?? '',
        modifiedAt: model.modified_at ?? null,
        loaded: running === undefined ? null : withoutName(running),
      });
    }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function described(model: InstalledModel) {
  return {
    name: model.name,
    family: model.details?.family ?? null,
    parameterSize: model.details?.parameter_size ?? null,
    quantization: model.details?.quantization_level ?? null,
    capabilities: model.capabilities ?? null,
    contextLength: model.details?.context_length ?? null,
  };
}

function withoutName({ name: _, ...rest }: LoadedModel): Omit<LoadedModel, 'name'> {
  return rest;
}
