import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip as gzipCallback } from 'node:zlib';
import { type BuildStats, pageScripts } from './page-preloads';

const gzip = promisify(gzipCallback);
const brotli = promisify(brotliCompress);

/** Content codings in which a file can be sent, the smaller first. */
export const CODINGS = ['br', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** One file of the built portal, ready to be sent. */
export interface PortalFile {
  contentType: string;
  /** True where the name changes with the content, so that it may be cached for ever. */
  hashed: boolean;
  etag: string;
  bytes: Buffer;
  /** Packed on first use; null where it would not help. */
  packed: ((coding: Coding) => Promise<Buffer>) | null;
}

/** Media type, and whether packing makes the file smaller. */
const TYPES: Record<string, readonly [type: string, compressible: boolean]> = {
  '.css': ['text/css; charset=utf-8', true],
  '.html': ['text/html; charset=utf-8', true],
  '.ico': ['image/x-icon', true],
  '.js': ['text/javascript; charset=utf-8', true],
  '.json': ['application/json; charset=utf-8', true],
  '.map': ['application/json; charset=utf-8', true],
  '.png': ['image/png', false],
  '.svg': ['image/svg+xml', true],
  '.txt': ['text/plain; charset=utf-8', true],
  '.webmanifest': ['application/manifest+json', true],
  '.woff2': ['font/woff2', false],
};

/** Angular's output hashing: `main-ABCD1234.js`, `chunk-BWQ-x9WF.js`, `media/inter-ABCD1234.woff2`. */
const HASHED = /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;
const INDEX = 'index.html';
/** Beside the folder: what the build knows of its chunks. */
const STATS = 'browser-stats.json';

/** The built portal, read into memory once: a path is either one of its files or nothing, so none can lead outside. */
export class PortalBuild {
  private constructor(
    /** `index.html` with its nonce placeholders. */
    readonly index: string,
    private readonly files: ReadonlyMap<string, PortalFile>,
    private readonly stats: BuildStats,
  ) {}

  /** Null when the folder holds no built portal. */
  static read(folder: string): PortalBuild | null {
    let names: string[];
    try {
      names = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    } catch {
      return null;
    }
    if (!names.includes(INDEX)) return null;
    const served = names.filter((name) => name !== INDEX && extname(name) in TYPES);
    const files = served.map(
      (name) => ['/' + name.split(sep).join('/'), readPortalFile(join(folder, name))] as const,
    );
    return new PortalBuild(readFileSync(join(folder, INDEX), 'utf8'), new Map(files), readStats(folder));
  }

  /** Names of the scripts that the page at a URL path runs and that `index` does not name already. */
  scriptsOf(path: string): string[] {
    return pageScripts(this.stats, path).filter((name) => !this.index.includes(name));
  }

  /** The file at a URL path such as `/main-ABCD1234.js`. */
  file(path: string): PortalFile | undefined {
    return this.files.get(path);
  }
}

/** A build without them works as well, only its pages come later. */
function readStats(folder: string): BuildStats {
  try {
    return JSON.parse(readFileSync(join(dirname(folder), STATS), 'utf8')) as BuildStats;
  } catch {
    return { outputs: {} };
  }
}

function readPortalFile(path: string): PortalFile {
  const bytes = readFileSync(path);
  const [contentType, compressible] = TYPES[extname(path)] ?? ['application/octet-stream', false];
  return {
    contentType,
    hashed: HASHED.test(path),
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    bytes,
    packed: compressible ? packer(bytes) : null,
  };
}

/** Brotli's quality: a tenth smaller than gzip; the step to 11 would save 2 % more for three times the work. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };

function packer(bytes: Buffer): (coding: Coding) => Promise<Buffer> {
  const packed = new Map<Coding, Promise<Buffer>>();
  return (coding) => {
    const done = packed.get(coding) ?? (coding === 'br' ? brotli(bytes, BROTLI) : gzip(bytes, { level: 9 }));
    packed.set(coding, done);
    return done;
  };
}
