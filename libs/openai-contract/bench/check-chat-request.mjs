// What parsing and checking a chat request costs. Run: node libs/openai-contract/bench/check-chat-request.mjs
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';

const { checkChatRequest } = createRequire(import.meta.url)('../dist/index.js');

const ROUNDS = 20;
const PER_ROUND = 5_000;
const AIM_US = 50;

const text = 'The quick brown fox jumps over the lazy dog. '.repeat(4);
const tool = (name) => ({
  type: 'function',
  function: {
    name,
    description: text,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
});
const body = JSON.stringify({
  model: 'llama3.1:8b',
  messages: Array.from({ length: 20 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: index % 4 === 0 ? [{ type: 'text', text }] : text,
  })),
  tools: [tool('weather'), tool('clock')],
  temperature: 0.7,
  stream: true,
  stream_options: { include_usage: true },
});

const median = (work) => {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const from = performance.now();
    for (let i = 0; i < PER_ROUND; i++) work();
    return ((performance.now() - from) * 1000) / PER_ROUND;
  });
  return rounds.sort((a, b) => a - b)[ROUNDS / 2];
};

if (!checkChatRequest(JSON.parse(body)).ok) throw new Error('the request is not valid');
const parsed = JSON.parse(body);
const parseUs = median(() => JSON.parse(body));
const checkUs = median(() => checkChatRequest(parsed));
const bothUs = median(() => checkChatRequest(JSON.parse(body)));
console.log(
  `20 messages, ${body.length} bytes: parse ${parseUs.toFixed(1)} µs, check ${checkUs.toFixed(1)} µs, both ${bothUs.toFixed(1)} µs (aim: under ${AIM_US} µs)`,
);
if (bothUs > AIM_US) process.exitCode = 1;
