import { createHash } from 'node:crypto';
import { goTimestamp } from './go-json.ts';
import type { Capability } from './ollama-wire.ts';

/** A model as a test describes it; only the name is needed. */
export interface ModelSpec {
  /** `name[:tag]`, the tag defaulting to `latest`; may carry a namespace. */
  readonly name: string;
  /** Default `['completion', 'tools']`. */
  readonly capabilities?: readonly Capability[];
  /** Trained context, tokens. Default 131072. */
  readonly contextLength?: number;
  /** Default 4096; the length of an embedding. */
  readonly embeddingLength?: number;
  readonly family?: string;
  readonly parameterSize?: string;
  readonly quantization?: string;
  /** Bytes on disk. */
  readonly sizeBytes?: number;
  /** The Modelfile's PARAMETER lines, as `/api/show` prints them. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly system?: string;
  readonly template?: string;
  /** `rendered`: Ollama parses tool calls itself (earlier chunks, index 0); `native`: llama-server does (on the done record). */
  readonly mode?: 'native' | 'rendered';
}

/** A model in the catalogue, every field known. */
export interface Model extends Required<Omit<ModelSpec, 'system' | 'template'>> {
  readonly system: string;
  readonly template: string;
  /** 64 hex digits. */
  readonly digest: string;
  /** RFC 3339. */
  readonly modifiedAt: string;
}

/** Puts a name into the form Ollama lists it under: `m` → `m:latest`. */
export function withTag(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`;
}

/** `m` → `registry.ollama.ai/library/m:latest`, the form some errors use. */
export function fullName(name: string): string {
  const tagged = withTag(name);
  const parts = tagged.split('/').length;
  return parts === 1
    ? `registry.ollama.ai/library/${tagged}`
    : parts === 2
      ? `registry.ollama.ai/${tagged}`
      : tagged;
}

/** Whether Ollama can parse the name at all (else 400 `invalid model name`). */
export function isValidName(name: string): boolean {
  return /^(?:[\w.-]+(?::\d+)?\/)?(?:[\w-]+\/)?[\w][\w.-]{0,79}(?::[\w][\w.-]{0,79})?$/.test(name);
}

/** Fills a {@link ModelSpec} in; the digest is made from the name. */
export function makeModel(spec: ModelSpec): Model {
  const name = withTag(spec.name);
  const embedding = spec.capabilities?.includes('embedding') ?? false;
  return {
    name,
    capabilities: spec.capabilities ?? ['completion', 'tools'],
    contextLength: spec.contextLength ?? (embedding ? 2048 : 131_072),
    embeddingLength: spec.embeddingLength ?? (embedding ? 768 : 4096),
    family: spec.family ?? (embedding ? 'nomic-bert' : 'llama'),
    parameterSize: spec.parameterSize ?? (embedding ? '137M' : '8.0B'),
    quantization: spec.quantization ?? (embedding ? 'F16' : 'Q4_K_M'),
    sizeBytes: spec.sizeBytes ?? (embedding ? 274_302_450 : 4_920_753_328),
    parameters: spec.parameters ?? {},
    mode: spec.mode ?? 'native',
    system: spec.system ?? '',
    template: spec.template ?? '{{ .Prompt }}',
    digest: createHash('sha256').update(name).digest('hex'),
    modifiedAt: goTimestamp(),
  };
}

/** The models on the stand-in's disk. Names are compared without case and with the default tag filled in. */
export class ModelCatalogue {
  private readonly models = new Map<string, Model>();

  constructor(specs: readonly ModelSpec[]) {
    for (const spec of specs) this.add(makeModel(spec));
  }

  /** Newest first would need real dates; the order is that of adding, as a fresh disk has it. */
  list(): Model[] {
    return [...this.models.values()];
  }

  find(name: string): Model | undefined {
    return this.models.get(ModelCatalogue.key(name));
  }

  add(model: Model): void {
    this.models.set(ModelCatalogue.key(model.name), model);
  }

  /** Copies under a new name; the digest stays, as in Ollama. */
  copy(source: Model, destination: string): void {
    this.add({ ...source, name: withTag(destination), modifiedAt: goTimestamp() });
  }

  delete(name: string): boolean {
    return this.models.delete(ModelCatalogue.key(name));
  }

  private static key(name: string): string {
    return fullName(name).toLowerCase();
  }
}

/** What a stand-in holds when a test names no models. */
export const DEFAULT_MODELS: readonly ModelSpec[] = [
  { name: 'llama3.1:8b' },
  {
    name: 'qwen3:8b',
    capabilities: ['completion', 'tools', 'thinking'],
    family: 'qwen3',
    contextLength: 40_960,
  },
  { name: 'gemma3:4b', capabilities: ['completion', 'vision'], family: 'gemma3', parameterSize: '4.3B' },
  { name: 'codellama:7b-code', capabilities: ['completion', 'insert'], contextLength: 16_384 },
  { name: 'nomic-embed-text', capabilities: ['embedding'] },
];
