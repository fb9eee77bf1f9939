import { Body, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { SessionUser } from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentUser } from '../../identity/current-user.decorator';
import { LoginService } from '../../identity/login.service';
import { Permission, Public } from '../../identity/permission';
import { clearSessionCookie, setSessionCookie } from '../../identity/session-cookie';
import { AdminController } from '../admin-controller.decorator';
import { LoginDto } from './login.dto';

@AdminController('api/auth')
export class AuthController {
  constructor(private readonly logins: LoginService) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  async login(
    @Body() body: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionUser> {
    const { user, token } = await this.logins.login(body, request);
    setSessionCookie(reply, request, token);
    return user;
  }

  /** Public, so that a browser whose session has ended is rid of its cookie all the same. */
  @Post('logout')
  @Public()
  @HttpCode(204)
  async logout(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.logins.logout(request);
    clearSessionCookie(reply, request);
  }

  @Get('me')
  @Permission('session:own')
  me(@CurrentUser() user: SessionUser): SessionUser {
    return user;
  }
}
