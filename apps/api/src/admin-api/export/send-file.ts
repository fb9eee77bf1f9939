import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExportFormat, MEDIA_TYPES } from './export-format';

/** Fast rather than small: the rows come quicker than level 6 packs them. */
const GZIP_LEVEL = 1;

/** What a file is called and how it goes over the wire. */
export interface ExportFile {
  /** Without extension. */
  name: string;
  format: ExportFormat;
  /** A `.gz` file to keep; without it gzip is only the transfer's, where the client accepts it. */
  gzip: boolean;
}

/**
 * Streams a file to save. The source is read as fast as the client reads, and ends with its connection. After the
 * first byte an error can only cut the connection: a broken file never looks whole.
 */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, format, gzip }: ExportFile,
  bytes: Iterable<string> | AsyncIterable<string | Buffer>,
): void {
  const source = Readable.from(bytes, { objectMode: false });
  const packs = gzip || acceptsGzip(request.headers['accept-encoding']);
  const extension = gzip ? `${format}.gz` : format;
  void reply
    .type(gzip ? 'application/gzip' : MEDIA_TYPES[format])
    .header('content-disposition', `attachment; filename="ollameter-${name}.${extension}"`)
    .header('vary', 'accept-encoding')
    .header('cache-control', 'no-store');
  if (packs && !gzip) void reply.header('content-encoding', 'gzip');
  if (!packs) {
    void reply.send(source);
    return;
  }
  const packed = createGzip({ level: GZIP_LEVEL });
  source.on('error', (error) => packed.destroy(error));
  packed.on('close', () => source.destroy());
  void reply.send(source.pipe(packed));
}

/** `gzip` or `*`, unless refused by `q=0`. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '')
    .split(',')
    .some((part) => /^\s*(gzip|\*)\s*(;\s*q\s*=\s*(1|0\.\d*[1-9]\d*)(\.0*)?\s*)?$/i.test(part));
}
