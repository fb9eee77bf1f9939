import { excerpt, hash32, seededRandom } from './generate-text.ts';
import type { FakeOllamaSettings } from './fake-ollama.ts';
import type { ModelSpec } from './model-catalogue.ts';
import type { AnswerSource } from './natural-answer.ts';

/** The only models of the demo host; every name says what it is. */
export const DEMO_MODELS: readonly ModelSpec[] = [
  {
    name: 'demo:tiny',
    capabilities: ['completion', 'tools'],
    family: 'demo',
    parameterSize: '0B',
    quantization: 'none',
    contextLength: 8192,
    sizeBytes: 1_000_000,
  },
  {
    name: 'demo:thinker',
    capabilities: ['completion', 'tools', 'thinking'],
    family: 'demo',
    parameterSize: '0B',
    quantization: 'none',
    contextLength: 8192,
    sizeBytes: 1_500_000,
  },
  {
    name: 'demo:embed',
    capabilities: ['embedding'],
    family: 'demo',
    parameterSize: '0B',
    quantization: 'none',
    contextLength: 2048,
    embeddingLength: 256,
    sizeBytes: 500_000,
  },
];

/** A pace that is pleasant to read, tokens per second. */
export const DEMO_TOKENS_PER_SECOND = 40;

const REMARKS = [
  'Still, everything around me is real: this answer was queued, streamed token by token, counted, priced and written to the request log.',
  'What you can look at meanwhile: open the portal, and you will find this very request there with its tokens, its time and its cost.',
  'The tokens, the timing and the cost of this answer are recorded just as those of a real model will be.',
  'Try the same request with streaming on and off; the log shows both, and what they would have cost.',
  'Your client, your key and the whole path through the gateway work; only the intelligence is missing.',
];

const HOW_TO_CONNECT =
  'To talk to a real model, install Ollama from https://ollama.com and run `ollama pull llama3.1:8b`, ' +
  'or set OLLAMA_URL to an Ollama that runs elsewhere and start Ollameter again.';

/** What the demo models say: what they are, what was asked, and how to connect a real Ollama. */
export const demoAnswer: AnswerSource = (prompt, seed) => {
  const random = seededRandom(hash32(prompt, seed));
  const remark = REMARKS[Math.floor(random() * REMARKS.length)] ?? '';
  const asked = excerpt(prompt, 80);
  const heard = asked === '' ? '' : ` You wrote: “${asked}” I cannot answer that myself.`;
  return `This is Ollameter's built-in demo model; no real Ollama answers yet.${heard} ${remark} ${HOW_TO_CONNECT}`;
};

/** Everything that makes a stand-in the demo host, but for its pace and port. */
export const DEMO_SETTINGS: FakeOllamaSettings = {
  models: DEMO_MODELS,
  answerSource: demoAnswer,
  promptTokensPerSecond: 800,
  loadDelayMs: 300,
  version: '0.33.0-demo',
  pullError: 'the demo host cannot pull models: install Ollama from https://ollama.com, or set OLLAMA_URL',
};
