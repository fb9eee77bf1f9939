import type { LoadedModel } from './live';

/** What one host holds of a model. */
export interface ModelOnHost {
  host: string;
  sizeBytes: number;
  digest: string;
  modifiedAt: string | null;
  /** Null while it is not in memory. */
  loaded: Omit<LoadedModel, 'name'> | null;
}

/** What the owner fixed for a model; null: the host's own default. */
export interface ModelSettingsView {
  /** Context every request is sent with, so that the model is never reloaded for another. */
  numCtx: number | null;
  /** `5m`, `1h`, `-1` (for ever), `0` (unload at once). */
  keepAlive: string | null;
}

/** One of `GET /api/models`. */
export interface ModelItem {
  name: string;
  family: string | null;
  parameterSize: string | null;
  quantization: string | null;
  /** `completion`, `tools`, `vision`, `thinking`, `embedding`, …; null where the host does not tell. */
  capabilities: string[] | null;
  /** The longest it was trained for. */
  contextLength: number | null;
  demo: boolean;
  settings: ModelSettingsView;
  aliases: string[];
  hosts: ModelOnHost[];
}

/** `GET /api/models`. */
/** `GET /api/models`. A member sees the models that an own key may use. */
export interface ModelList {
  items: ModelItem[];
  /** What a request that names no model gets. */
  defaultModel: string;
  /** All that requests may ask for besides models: `gpt-4o` → `llama3.1:8b`. */
  aliases: ModelAlias[];
  /** Hosts that hold them, in use now. */
  hosts: { name: string; reachable: boolean; demo: boolean; version: string | null }[];
}

/** `PUT /api/models/aliases/{alias}` `{model}`, `DELETE …`. */
export interface ModelAlias {
  alias: string;
  model: string;
}

/** `POST /api/models/pull`: answers with server-sent `progress` events, then `done` or `failed`. */
export interface ModelPull {
  name: string;
  /** Absent: all hosts in use. */
  host?: string;
}

/** `event: progress`. */
export interface PullProgress {
  host: string;
  /** Ollama's words: `pulling manifest`, `pulling 6a0746a1ec1a`, `verifying sha256 digest`, … */
  status: string;
  /** Of the layer being pulled. */
  completedBytes: number | null;
  totalBytes: number | null;
}

/** `event: done` and `event: failed`, the last of the stream. */
export interface PullEnd {
  hosts: { host: string; error: string | null }[];
}

/** `POST /api/models/{name}/load` (`{host?, keepAlive?}`) and `…/unload` (`{host?}`). */
export interface ModelLoad {
  host?: string;
  keepAlive?: string;
}

/** `PATCH /api/models/{name}/settings`; null goes back to the default. */
export type ModelSettingsChange = Partial<ModelSettingsView>;
