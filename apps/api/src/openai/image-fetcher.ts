import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { isPublicAddress } from './public-address';

const MAX_BYTES = 20 * 1024 * 1024;
const MAX_REDIRECTS = 3;
const CONNECT_TIMEOUT_MS = 5_000;
/** What Ollama decodes. */
const IMAGE_TYPE = /^image\/(?:png|jpe?g|webp|gif)$/i;

/** A picture that is not fetched; the message is for the client. */
export class ImageRefused extends Error {}

/** How names are resolved, which addresses may be asked, and for how long; the real ones unless a test says otherwise. */
export interface ImageFetcherNetwork {
  lookup: typeof dnsLookup;
  isAllowed: (address: string) => boolean;
  /** For a picture with all its redirects. */
  totalTimeoutMs: number;
}

const PUBLIC_INTERNET: ImageFetcherNetwork = {
  lookup: dnsLookup,
  isAllowed: isPublicAddress,
  totalTimeoutMs: 20_000,
};

/**
 * Fetches pictures from public addresses only. The connection is made to the very address that was checked (so a name
 * that resolves differently a moment later changes nothing), every redirect is checked again, and size, type and
 * time are limited.
 */
export class ImageFetcher {
  private readonly agent: Agent;

  constructor(private readonly network: ImageFetcherNetwork = PUBLIC_INTERNET) {
    this.agent = new Agent({
      connect: { timeout: CONNECT_TIMEOUT_MS, lookup: this.checkedLookup() },
      // A kept connection would outlive the check of its address.
      pipelining: 0,
      maxHeaderSize: 16 * 1024,
    });
  }

  /** @throws ImageRefused, or what the network throws. */
  async fetchDataUrl(url: string, signal: AbortSignal): Promise<string> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(this.network.totalTimeoutMs)]);
    let target = url;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const response = await this.get(target, limited);
      const location = redirectOf(response);
      if (location === null) return readImage(response);
      await response.body.dump();
      target = new URL(location, target).href;
    }
    throw new ImageRefused(`it redirects more than ${MAX_REDIRECTS} times.`);
  }

  async onModuleDestroy(): Promise<void> {
    await this.agent.destroy();
  }

  private get(target: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const url = URL.parse(target);
    if (url === null || !/^https?:$/.test(url.protocol)) throw new ImageRefused('it is not an http(s) URL.');
    if (url.username !== '' || url.password !== '') throw new ImageRefused('it carries credentials.');
    // An address in the URL is never looked up.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !this.network.isAllowed(literal)) throw notPublic();
    return request(url, {
      dispatcher: this.agent,
      signal,
      headersTimeout: this.network.totalTimeoutMs,
      bodyTimeout: this.network.totalTimeoutMs,
      headers: { accept: 'image/*', 'user-agent': 'ollameter' },
    });
  }

  /** Resolves a name and hands on only addresses that may be asked; one that may not spoils the whole name. */
  private checkedLookup(): LookupFunction {
    return (hostname, options, callback) => {
      this.network.lookup(hostname, { ...options, all: true }, (error, found) => {
        const addresses = found as LookupAddress[] | undefined;
        const [first] = addresses ?? [];
        if (error !== null || addresses === undefined || first === undefined) {
          callback(error ?? new Error('no address'), '', 0);
        } else if (!addresses.every(({ address }) => this.network.isAllowed(address))) {
          callback(notPublic(), '', 0);
        } else if (options.all) {
          callback(null, addresses);
        } else {
          callback(null, first.address, first.family);
        }
      });
    };
  }
}

function notPublic(): ImageRefused {
  return new ImageRefused('its address is not a public one.');
}

function tooLarge(): ImageRefused {
  return new ImageRefused(`it is larger than ${MAX_BYTES / 1024 / 1024} MB.`);
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | null {
  const { location } = headers;
  return statusCode >= 300 && statusCode < 400 && typeof location === 'string' ? location : null;
}

async function readImage({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<string> {
  // What is destroyed unread says so with an error, which nobody waits for.
  body.on('error', () => undefined);
  try {
    if (statusCode !== 200) throw new ImageRefused(`its server answered ${statusCode}.`);
    const type =
      String(headers['content-type'] ?? '')
        .split(';', 1)[0]
        ?.trim() ?? '';
    if (!IMAGE_TYPE.test(type)) throw new ImageRefused('it is no PNG, JPEG, WebP or GIF.');
    if (Number(headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MAX_BYTES) throw tooLarge();
      parts.push(part);
    }
    return `data:${type.toLowerCase()};base64,${Buffer.concat(parts).toString('base64')}`;
  } finally {
    body.destroy();
  }
}
