import { Body, HttpCode, Post, Req } from '@nestjs/common';
import type { RecoveryCodes, SessionUser, TotpSetup } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { CurrentUser } from '../../identity/current-user.decorator';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { PasswordDto, TotpCodeDto } from './me.dto';
import { SecondFactorService } from './second-factor.service';

@AdminController('api/me/totp')
export class TotpController {
  constructor(private readonly factor: SecondFactorService) {}

  /** Makes a secret for an authenticator; in force once a code of it is confirmed. */
  @Post()
  @Permission('account:own')
  @HttpCode(200)
  propose(@CurrentUser() user: SessionUser): Promise<TotpSetup> {
    return this.factor.propose(user);
  }

  /** Puts it in force; the recovery codes are shown here once. */
  @Post('confirm')
  @Permission('account:own')
  @HttpCode(200)
  confirm(
    @CurrentUser() user: SessionUser,
    @Body() { code }: TotpCodeDto,
    @Req() request: FastifyRequest,
  ): Promise<RecoveryCodes> {
    return this.factor.confirm(user, code, request);
  }

  /** New recovery codes; the old ones are void. */
  @Post('recovery-codes')
  @Permission('account:own')
  @HttpCode(200)
  renew(
    @CurrentUser() user: SessionUser,
    @Body() { password }: PasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<RecoveryCodes> {
    return this.factor.renewRecoveryCodes(user, password, request);
  }

  /** Turns the second factor off. */
  @Post('disable')
  @Permission('account:own')
  @HttpCode(204)
  disable(
    @CurrentUser() user: SessionUser,
    @Body() { password }: PasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.factor.disable(user, password, request);
  }
}
