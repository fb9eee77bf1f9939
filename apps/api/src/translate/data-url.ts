import { UntranslatableError } from './untranslatable-error';

const DATA_URL = /^data:image\/[a-z0-9.+-]+(?:;[^,;]{1,100})*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The base64 text of an image's data URL, which is what Ollama wants.
 * @throws UntranslatableError for other URLs (those are fetched before, where that is allowed) and for broken ones.
 */
export function dataUrlBase64(url: string, param: string): string {
  const head = DATA_URL.exec(url);
  if (head === null)
    throw new UntranslatableError(
      param,
      url.startsWith('http')
        ? "Images by http(s) URL are not fetched by this gateway; send a data URL ('data:image/png;base64,…')."
        : "An image must be a data URL: 'data:image/png;base64,…'.",
      'unsupported_value',
    );
  return base64Of(url.slice(head[0].length), param);
}

/** The text without white space. @throws UntranslatableError where it is not base64. */
export function base64Of(text: string, param: string): string {
  const base64 = text.replace(/\s+/g, '');
  if (!BASE64.test(base64))
    throw new UntranslatableError(param, 'The data is not valid base64.', 'invalid_value');
  return base64;
}
