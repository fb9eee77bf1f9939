import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Injectable, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DOCS_PAGE, DOCS_SCRIPT, DOCS_STYLE } from './docs-page';

/** What the build leaves there; see `tools/openapi`. */
const DOCUMENT = join(__dirname, '../../../dist/openapi.json');
const SWAGGER_UI = dirname(require.resolve('swagger-ui-dist/package.json'));

/** Swagger UI sets styles on elements, which needs no exception, and inlines its icons as data. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The admin API's description, and a page to read and try it. */
@Injectable()
export class DocsService {
  /** @throws ServiceUnavailableException where only the sources are there, and no build */
  async document(): Promise<string> {
    return readFile(DOCUMENT, 'utf8').catch(() => {
      throw new ServiceUnavailableException('The description is made by the build: npx nx build api.');
    });
  }

  page(reply: FastifyReply): string {
    void reply.header('content-security-policy', PAGE_POLICY);
    return DOCS_PAGE;
  }

  /** A file that the page names. @throws NotFoundException */
  async file(name: string, reply: FastifyReply): Promise<string> {
    const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
    void reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-cache');
    switch (name) {
      case 'swagger-ui.css':
      case 'swagger-ui-bundle.js':
        return readFile(join(SWAGGER_UI, name), 'utf8');
      case 'docs.css':
        return DOCS_STYLE;
      case 'docs.js':
        return DOCS_SCRIPT;
      default:
        throw new NotFoundException('There is no such file.');
    }
  }
}
