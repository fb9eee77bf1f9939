import { createHash, randomBytes } from 'node:crypto';

const HASHES: Partial<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/**
 * RFC 7616 digest authorization for a GET with `qop=auth`; null where the challenge asks for something else.
 * @param challenge the `www-authenticate` header
 */
export function digestHeader(
  challenge: string,
  { user, password, path }: { user: string; password: string; path: string },
): string | null {
  if (!/^digest /i.test(challenge)) return null;
  const fields = new Map(
    [...challenge.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map((match) => [
      match[1]?.toLowerCase() ?? '',
      match[2] ?? match[3] ?? '',
    ]),
  );
  const algorithm = fields.get('algorithm') ?? 'MD5';
  const name = HASHES[algorithm.toUpperCase()];
  const [realm, nonce] = [fields.get('realm'), fields.get('nonce')];
  if (name === undefined || realm === undefined || nonce === undefined) return null;
  const hash = (text: string) => createHash(name).update(text).digest('hex');
  const cnonce = randomBytes(8).toString('hex');
  const answer = hash(
    `${hash(`${user}:${realm}:${password}`)}:${nonce}:00000001:${cnonce}:auth:${hash(`GET:${path}`)}`,
  );
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=${algorithm}, ` +
    `qop=auth, nc=00000001, cnonce="${cnonce}", response="${answer}"`
  );
}
