/**
 * List prices of hosted APIs, USD per million tokens, as of one date; what is not here is unknown. Taken from LiteLLM's
 * `model_prices_and_context_window.json`, which follows the providers' own pages. Cached, batched and free tiers are left
 * out: they are not list prices.
 */
export const HOSTED_PRICES_DATE = '2026-07-24';
export const HOSTED_PRICES_SOURCE = 'LiteLLM, model_prices_and_context_window.json';
export const HOSTED_CURRENCY = 'USD';

export interface HostedOffer {
  readonly provider: string;
  readonly offer: string;
  /** The same open weights, or another model, to be shown as such. */
  readonly relation: 'same' | 'alternative';
  /** Decimal. */
  readonly promptUsdPerMillion: string;
  readonly completionUsdPerMillion: string;
}

/** provider, offer, USD per million prompt tokens, per million completion tokens. */
type Price = readonly [provider: string, offer: string, prompt: string, completion: string];

/**
 * Local models, as Ollama names them, and who sells the same weights. A name may go on after the size (a quantisation);
 * Ollama's default tag is the size that its library gives it.
 */
const SAME: readonly (readonly [models: RegExp, prices: readonly Price[]])[] = [
  [
    /^llama3\.1(:8b|:latest|$)/,
    [
      ['Groq', 'llama-3.1-8b-instant', '0.05', '0.08'],
      ['DeepInfra', 'Meta-Llama-3.1-8B-Instruct', '0.03', '0.05'],
      ['Cerebras', 'llama3.1-8b', '0.10', '0.10'],
      ['Together', 'Meta-Llama-3.1-8B-Instruct-Turbo', '0.18', '0.18'],
    ],
  ],
  [
    /^llama3\.1:70b/,
    [
      ['DeepInfra', 'Meta-Llama-3.1-70B-Instruct', '0.40', '0.40'],
      ['Cerebras', 'llama3.1-70b', '0.60', '0.60'],
      ['Together', 'Meta-Llama-3.1-70B-Instruct-Turbo', '0.88', '0.88'],
    ],
  ],
  [/^llama3(:8b|:latest|$)/, [['DeepInfra', 'Meta-Llama-3-8B-Instruct', '0.03', '0.06']]],
  [/^llama3:70b/, [['OpenRouter', 'llama-3-70b-instruct', '0.59', '0.79']]],
  [/^llama3\.2(:3b|:latest|$)/, [['DeepInfra', 'Llama-3.2-3B-Instruct', '0.02', '0.02']]],
  [/^llama3\.2-vision(:11b|:latest|$)/, [['DeepInfra', 'Llama-3.2-11B-Vision-Instruct', '0.049', '0.049']]],
  [
    /^llama3\.3(:70b|:latest|$)/,
    [
      ['Groq', 'llama-3.3-70b-versatile', '0.59', '0.79'],
      ['DeepInfra', 'Llama-3.3-70B-Instruct', '0.23', '0.40'],
      ['Cerebras', 'llama-3.3-70b', '0.85', '1.20'],
    ],
  ],
  [
    /^llama4(:scout|:latest|$)/,
    [
      ['Groq', 'llama-4-scout-17b-16e-instruct', '0.11', '0.34'],
      ['DeepInfra', 'Llama-4-Scout-17B-16E-Instruct', '0.08', '0.30'],
    ],
  ],
  [/^qwen2\.5(:7b|:latest|$)/, [['DeepInfra', 'Qwen2.5-7B-Instruct', '0.04', '0.10']]],
  [/^qwen2\.5:72b/, [['DeepInfra', 'Qwen2.5-72B-Instruct', '0.12', '0.39']]],
  [/^qwen2\.5-coder:32b/, [['OpenRouter', 'qwen-2.5-coder-32b-instruct', '0.18', '0.18']]],
  [/^qwen3:14b/, [['DeepInfra', 'Qwen3-14B', '0.06', '0.24']]],
  [/^qwen3:30b/, [['DeepInfra', 'Qwen3-30B-A3B', '0.08', '0.29']]],
  [
    /^qwen3:32b/,
    [
      ['DeepInfra', 'Qwen3-32B', '0.10', '0.28'],
      ['Groq', 'qwen3-32b', '0.29', '0.59'],
      ['Cerebras', 'qwen-3-32b', '0.40', '0.80'],
    ],
  ],
  [/^qwen3:235b/, [['DeepInfra', 'Qwen3-235B-A22B', '0.18', '0.54']]],
  [/^qwen3-coder:480b/, [['DeepInfra', 'Qwen3-Coder-480B-A35B-Instruct', '0.40', '1.60']]],
  [/^gemma3(:4b|:latest|$)/, [['DeepInfra', 'gemma-3-4b-it', '0.04', '0.08']]],
  [/^gemma3:12b/, [['DeepInfra', 'gemma-3-12b-it', '0.05', '0.10']]],
  [/^gemma3:27b/, [['DeepInfra', 'gemma-3-27b-it', '0.09', '0.16']]],
  [
    /^mistral(:7b|:latest|$)/,
    [
      ['Mistral', 'open-mistral-7b', '0.25', '0.25'],
      ['OpenRouter', 'mistral-7b-instruct', '0.13', '0.13'],
    ],
  ],
  [
    /^mistral-nemo(:12b|:latest|$)/,
    [
      ['DeepInfra', 'Mistral-Nemo-Instruct-2407', '0.02', '0.04'],
      ['Mistral', 'open-mistral-nemo-2407', '0.30', '0.30'],
    ],
  ],
  [/^mistral-small(:24b|:latest|$)/, [['DeepInfra', 'Mistral-Small-24B-Instruct-2501', '0.05', '0.08']]],
  [
    /^mistral-small3\.2(:24b|:latest|$)/,
    [
      ['Mistral', 'mistral-small-3-2-2506', '0.06', '0.18'],
      ['DeepInfra', 'Mistral-Small-3.2-24B-Instruct-2506', '0.075', '0.20'],
    ],
  ],
  [
    /^mixtral(:8x7b|:latest|$)/,
    [
      ['DeepInfra', 'Mixtral-8x7B-Instruct-v0.1', '0.40', '0.40'],
      ['Mistral', 'open-mixtral-8x7b', '0.70', '0.70'],
    ],
  ],
  [/^devstral(:24b|:latest|$)/, [['Mistral', 'devstral-small-2507', '0.10', '0.30']]],
  [/^phi4(:14b|:latest|$)/, [['DeepInfra', 'phi-4', '0.07', '0.14']]],
  [/^deepseek-r1:32b/, [['DeepInfra', 'DeepSeek-R1-Distill-Qwen-32B', '0.27', '0.27']]],
  [/^deepseek-r1:70b/, [['DeepInfra', 'DeepSeek-R1-Distill-Llama-70B', '0.20', '0.60']]],
  [/^deepseek-r1:671b/, [['DeepInfra', 'DeepSeek-R1-0528', '0.50', '2.15']]],
  [
    /^gpt-oss(:20b|:latest|$)/,
    [
      ['Groq', 'gpt-oss-20b', '0.075', '0.30'],
      ['DeepInfra', 'gpt-oss-20b', '0.04', '0.15'],
      ['Together', 'gpt-oss-20b', '0.05', '0.20'],
    ],
  ],
  [
    /^gpt-oss:120b/,
    [
      ['Groq', 'gpt-oss-120b', '0.15', '0.60'],
      ['DeepInfra', 'gpt-oss-120b', '0.05', '0.45'],
      ['Cerebras', 'gpt-oss-120b', '0.35', '0.75'],
    ],
  ],
];

/** Small proprietary models that many would use instead of a local one. */
const ALTERNATIVES: readonly Price[] = [
  ['OpenAI', 'gpt-4o-mini', '0.15', '0.60'],
  ['OpenAI', 'gpt-5-mini', '0.25', '2.00'],
  ['Google', 'gemini-2.5-flash-lite', '0.10', '0.40'],
  ['Anthropic', 'claude-haiku-4-5', '1.00', '5.00'],
];

/** Models that only embed: what generates is no alternative to them. */
const EMBEDS = /embed|bge-|minilm/;

/** The offers for a local model, as Ollama names it: who sells the same, then the alternatives. */
export function offersFor(model: string): HostedOffer[] {
  const same = SAME.filter(([models]) => models.test(model)).flatMap(([, prices]) => prices);
  const alternatives = EMBEDS.test(model) ? [] : ALTERNATIVES;
  return [
    ...same.map((price) => toOffer(price, 'same')),
    ...alternatives.map((price) => toOffer(price, 'alternative')),
  ];
}

function toOffer(
  [provider, offer, prompt, completion]: Price,
  relation: HostedOffer['relation'],
): HostedOffer {
  return { provider, offer, relation, promptUsdPerMillion: prompt, completionUsdPerMillion: completion };
}

/** A decimal of at most six fraction digits as millionths. */
export function toMicros(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(6, '0').slice(0, 6));
}
