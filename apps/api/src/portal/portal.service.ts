import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppConfig } from '../config/app-config';
import { SessionService } from '../identity/session.service';
import { gatewayOrigin } from './gateway-origin';
import { CODINGS, type Coding, PortalBuild, type PortalFile } from './portal-build';
import { MISSING_BUILD_PAGE, portalPage } from './portal-page';

/** The folder of the built portal. */
export const PORTAL_FOLDER = Symbol('PORTAL_FOLDER');

/** Paths that belong to programs: what is unknown there is an error, not a page. */
const NOT_PAGES = /^\/(api|metrics)(\/|$)/;
const HTML = 'text/html; charset=utf-8';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Sends the portal: its files as they are, and its one page for everything that a browser navigates to. */
@Injectable()
export class PortalService {
  private build: PortalBuild | null = null;

  constructor(
    @Inject(PORTAL_FOLDER) private readonly folder: string,
    private readonly config: AppConfig,
    private readonly sessions: SessionService,
  ) {}

  /** @throws NotFoundException for what is neither a file nor a navigation */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (NOT_PAGES.test(path)) throw unknownPath(request, path);
    this.build ??= PortalBuild.read(this.folder);
    const file = this.build?.file(path);
    if (file !== undefined) return sendFile(file, request, reply);
    if (path !== '/' && !isNavigation(request)) throw unknownPath(request, path);
    if (this.build === null) return reply.code(503).type(HTML).send(MISSING_BUILD_PAGE);
    const { html, contentSecurityPolicy } = portalPage(
      this.build.index,
      gatewayOrigin(this.config, request.hostname),
      {
        scripts: this.build.scriptsOf(path),
        answers: await this.firstAnswers(request),
      },
    );
    return reply.type(HTML).header('content-security-policy', contentSecurityPolicy).send(html);
  }

  /** What the portal asks first of all, of somebody with a session; nothing that would be refused. */
  private async firstAnswers(request: FastifyRequest): Promise<string[]> {
    try {
      const user = await this.sessions.userOf(request, 'poll');
      if (user === null) return [];
      return user.mustChangePassword ? ['/api/auth/me'] : ['/api/auth/me', '/api/status'];
    } catch {
      // Without a database the page still comes, and says so.
      return [];
    }
  }
}

function isNavigation(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}

function unknownPath(request: FastifyRequest, path: string): NotFoundException {
  return new NotFoundException(`There is no ${request.method} ${path}.`);
}

async function sendFile(
  file: PortalFile,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  void reply
    .header('cache-control', file.hashed ? FOR_EVER : 'no-cache')
    .header('etag', file.etag)
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match']?.includes(file.etag)) return reply.code(304).send();
  void reply.type(file.contentType);
  const coding = CODINGS.find((one) => accepts(request, one));
  if (file.packed === null || coding === undefined) return reply.send(file.bytes);
  return reply.header('content-encoding', coding).send(await file.packed(coding));
}

const ACCEPTED: Readonly<Record<Coding, RegExp>> = {
  br: /\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i,
  gzip: /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i,
};

function accepts(request: FastifyRequest, coding: Coding): boolean {
  return ACCEPTED[coding].test(request.headers['accept-encoding'] ?? '');
}
