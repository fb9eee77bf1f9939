import type { RecordedBody } from '../../../api/src/exchange/exchange-record';

/** Something that a client of the seeded office asks again and again. */
export interface Conversation {
  key: string;
  model: string;
  streamed: boolean;
  promptTokens: number;
  completionTokens: number;
  userAgent: string;
  clientAddress: string;
  body: () => RecordedBody;
}

interface Message {
  role: string;
  content: string | null;
  [field: string]: unknown;
}

const N8N = { userAgent: 'n8n/2.31 openai-node/6.9', clientAddress: '10.0.4.18' };
const BOT = { userAgent: 'openai-python/2.8.1', clientAddress: '10.0.4.31' };
const HOME = { userAgent: 'HomeAssistant/2026.11 openai-python/2.8.1', clientAddress: '10.0.4.7' };
const EDITOR = { userAgent: 'Cursor/2.1 openai-node/6.9', clientAddress: '10.0.4.52' };

/** An answer with thinking, a tool call, a table, code, and things that a careless page would run. */
export const INVOICE: Conversation = {
  key: 'n8n-invoices',
  model: 'gpt-oss:20b',
  streamed: true,
  promptTokens: 1842,
  completionTokens: 486,
  ...N8N,
  body: () =>
    chat(
      'gpt-oss:20b',
      [
        {
          role: 'system',
          content: 'You check invoices against purchase orders. Answer in short, plain English.',
        },
        {
          role: 'user',
          content: `Compare this invoice with the purchase order and list every difference.\n\n${ORDER}`,
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'lookup_order', arguments: '{"number":1180}' },
            },
          ],
        },
        {
          role: 'tool',
          tool_call_id: 'call_1',
          content: '{"number":1180,"status":"confirmed","total":65510}',
        },
      ],
      INVOICE_ANSWER,
      {
        reasoning:
          'The order says 1,290 a chair, the invoice 1,340: that is 50 more for each of the 40 chairs.',
        temperature: 0.2,
      },
    ),
};

const ORDER = [
  'PO 1180: 40 chairs at 1,290.00, 4 tables at 3,450.00, delivery included, net 30.',
  ...Array.from(
    { length: 30 },
    (_, line) => `Line ${line + 1}: ${['chair', 'table', 'lamp'][line % 3]} ${line + 3}, checked`,
  ),
].join('\n');

const INVOICE_ANSWER = `**Three lines differ.** The invoice is 2,840.00 higher than the order.

| Line | Ordered | Invoiced | Difference |
|---|--:|--:|--:|
| Chairs, 40 | 1,290.00 | 1,340.00 | +2,000.00 |
| Tables | 4 | 4 | 0.00 |
| Delivery | included | 690.00 | +690.00 |
| Rounding fee | none | 150.00 | +150.00 |

The chair price is the one to raise first: the order fixed it until 31 December.

\`\`\`js
const difference = 40 * (1340 - 1290) + 690 + 150;
\`\`\`
`;

export const CONVERSATIONS: readonly Conversation[] = [
  {
    key: 'n8n-invoices',
    model: 'llama3.1:8b',
    streamed: false,
    promptTokens: 1180,
    completionTokens: 88,
    ...N8N,
    body: () =>
      chat(
        'llama3.1:8b',
        [
          {
            role: 'user',
            content:
              'Extract supplier, total and due date from this invoice: Nordfjord Paper AS, 14 boxes A4, total 3,904.00 NOK, due 12 December 2026.',
          },
        ],
        '{"supplier":"Nordfjord Paper AS","total":3904.00,"currency":"NOK","due":"2026-12-12"}',
        { response_format: { type: 'json_object' } },
      ),
  },
  {
    key: 'home-assistant',
    model: 'llama3.1:8b',
    streamed: true,
    promptTokens: 402,
    completionTokens: 48,
    ...HOME,
    body: () =>
      chat(
        'llama3.1:8b',
        [
          {
            role: 'user',
            content:
              'Write one line for the kitchen screen: parcel 15:20, invoice from the school due tomorrow, light rain after 17.',
          },
        ],
        'Parcel at 15:20, school invoice due tomorrow, bring in the laundry before five.',
      ),
  },
  {
    key: 'support-bot',
    model: 'qwen3:32b',
    streamed: true,
    promptTokens: 2311,
    completionTokens: 412,
    ...BOT,
    body: () =>
      chat(
        'qwen3:32b',
        [
          { role: 'system', content: 'You answer customers of a small furniture shop. Be kind and exact.' },
          {
            role: 'user',
            content:
              'A customer asks why their last invoice shows two delivery fees although both tables came on one truck.',
          },
        ],
        'I am sorry about that. Each table was its own order, and our system adds delivery per order. I have taken one of the two fees off; you will see **690.00** back within three days.',
        { reasoning: 'Two orders, one delivery. Refund one fee.' },
      ),
  },
  INVOICE,
  {
    key: 'cursor-jonas',
    model: 'gpt-oss:20b',
    streamed: true,
    promptTokens: 3480,
    completionTokens: 624,
    ...EDITOR,
    body: () =>
      chat(
        'gpt-oss:20b',
        [
          {
            role: 'user',
            content:
              'Write a TypeScript type for an invoice line with quantity, unit price and tax, and a function that adds a list of them.',
          },
        ],
        'Here it is:\n\n```ts\ninterface InvoiceLine { quantity: number; unitPrice: bigint; taxPercent: number }\n```\n\nAmounts are integers of the smallest unit, so that sums are exact.',
      ),
  },
  {
    key: 'paperless',
    model: 'gemma3:27b',
    streamed: false,
    promptTokens: 1622,
    completionTokens: 64,
    ...BOT,
    body: () =>
      chat(
        'gemma3:27b',
        [
          {
            role: 'user',
            content:
              'Suggest a title and tags for this scan. Page 1: "Final invoice, garden works, Hanse & Sohn, 18 October 2026".',
          },
        ],
        '{"title":"Final invoice garden works","tags":["invoice","garden","2026"]}',
      ),
  },
  {
    key: 'paperless',
    model: 'nomic-embed-text:latest',
    streamed: false,
    promptTokens: 812,
    completionTokens: 0,
    ...BOT,
    body: () => ({
      prompt: 'Final invoice, garden works, Hanse & Sohn, 18 October 2026',
      answer: null,
      request: JSON.stringify({
        model: 'nomic-embed-text',
        input: 'Final invoice, garden works, Hanse & Sohn, 18 October 2026',
      }),
      response: null,
    }),
  },
  {
    key: 'mia-notebook',
    model: 'qwen3:32b',
    streamed: true,
    promptTokens: 214,
    completionTokens: 133,
    ...EDITOR,
    body: () =>
      chat(
        'qwen3:32b',
        [
          {
            role: 'user',
            content: 'Write a friendly reminder for an invoice that is nine days late. Two sentences.',
          },
        ],
        'Hi Anna, the invoice of 3 November seems to have slipped through. Could you have a look at it this week? Thank you!',
      ),
  },
];

/** A chat completion's texts as the gateway records them. */
function chat(
  model: string,
  messages: Message[],
  answer: string,
  { reasoning, ...fields }: { reasoning?: string; [field: string]: unknown } = {},
): RecordedBody {
  const message = {
    role: 'assistant',
    content: answer,
    ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
  };
  return {
    prompt: messages
      .map(({ content }) => content ?? '')
      .filter(Boolean)
      .join('\n\n'),
    answer,
    request: JSON.stringify({ model, messages, stream: true, ...fields }),
    response: JSON.stringify({
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    }),
  };
}
