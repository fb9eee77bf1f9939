import type { ResponseFormat } from '@ollameter/openai-contract';
import type { OllamaFormat } from '../upstream/ollama/ollama-wire';
import { UntranslatableError } from './untranslatable-error';

/**
 * `response_format` → Ollama's `format`; undefined for plain text.
 * @throws UntranslatableError for a json_schema without its schema.
 */
export function toOllamaFormat(format: ResponseFormat | null | undefined): OllamaFormat | undefined {
  if (format == null || format.type === 'text') return undefined;
  if (format.type === 'json_object') return 'json';
  if (format.json_schema.schema === undefined)
    throw new UntranslatableError(
      'response_format.json_schema.schema',
      "Missing required parameter: 'response_format.json_schema.schema'.",
      'invalid_value',
    );
  return format.json_schema.schema;
}
