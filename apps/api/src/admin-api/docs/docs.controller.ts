import { Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { DocsFileDto } from './docs-file.dto';
import { DocsService } from './docs.service';

@AdminController('api')
export class DocsController {
  constructor(private readonly docs: DocsService) {}

  /** This description, as OpenAPI 3.1. */
  @Get('openapi.json')
  @Public()
  @Header('content-type', 'application/json; charset=utf-8')
  document(): Promise<string> {
    return this.docs.document();
  }

  /** A page to read it and to try what one may. */
  @Get('docs')
  @Public()
  @Header('content-type', 'text/html; charset=utf-8')
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.docs.page(reply);
  }

  /** The files of that page. */
  @Get('docs/:file')
  @Public()
  file(@Param() { file }: DocsFileDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return this.docs.file(file, reply);
  }
}
