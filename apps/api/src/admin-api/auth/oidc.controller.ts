import { Get, Req, Res } from '@nestjs/common';
import type { LoginMethods } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OidcLogin } from '../../identity/oidc/oidc-login.service';
import { Public } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';

@AdminController('api/auth')
export class OidcController {
  constructor(private readonly oidc: OidcLogin) {}

  /** How one may log in here. */
  @Get('methods')
  @Public()
  methods(): LoginMethods {
    return this.oidc.methods;
  }

  /** For a browser: goes on to the provider. */
  @Get('oidc/login')
  @Public()
  start(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.oidc.start(request, reply);
  }

  /** Where the provider sends the browser back to. */
  @Get('oidc/callback')
  @Public()
  finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.oidc.finish(request, reply);
  }
}
