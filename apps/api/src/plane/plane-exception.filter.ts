import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemFilter } from '../admin-api/problem.filter';
import { OpenaiExceptionFilter } from '../openai/openai-exception.filter';
import { planeOf } from './plane';

/** Each plane speaks its own error language; the connection decides which. */
@Catch()
export class PlaneExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly gateway: OpenaiExceptionFilter,
    private readonly admin: ProblemFilter,
  ) {}

  async catch(thrown: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    if (planeOf(request.raw) === 'admin') this.admin.catch(thrown, host);
    else await this.gateway.catch(thrown, host);
  }
}
