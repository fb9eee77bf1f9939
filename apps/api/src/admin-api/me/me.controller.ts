import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type {
  Breakdown,
  MyAccount,
  NewToken,
  Overview,
  Series,
  SessionList,
  SessionUser,
  SharedLimits,
  TokenList,
} from '@ollameter/admin-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { CurrentUser } from '../../identity/current-user.decorator';
import { Permission } from '../../identity/permission';
import { PersonalTokenService } from '../../identity/personal-token.service';
import { setSessionCookie } from '../../identity/session-cookie';
import { AdminController } from '../admin-controller.decorator';
import { BreakdownQueryDto, PeriodQueryDto, SeriesQueryDto } from '../analytics/analytics-query.dto';
import { AnalyticsService } from '../analytics/analytics.service';
import { AccountService } from './account.service';
import { MyNameDto, OwnIdDto, PasswordChangeDto, TokenInputDto } from './me.dto';

@AdminController('api/me')
export class MeController {
  constructor(
    private readonly account: AccountService,
    private readonly tokens: PersonalTokenService,
    private readonly analytics: AnalyticsService,
  ) {}

  @Get()
  @Permission('session:own')
  read(@CurrentUser() user: SessionUser): Promise<MyAccount> {
    return this.account.read(user);
  }

  @Patch()
  @Permission('account:own')
  rename(
    @CurrentUser() user: SessionUser,
    @Body() { name }: MyNameDto,
    @Req() request: FastifyRequest,
  ): Promise<MyAccount> {
    return this.account.rename(user, name ?? null, request);
  }

  /** Limits of all one's keys together, with what is used of them now; those of each key stand with the key. */
  @Get('limits')
  @Permission('session:own')
  limits(@CurrentUser() user: SessionUser): Promise<SharedLimits> {
    return this.account.limits(user);
  }

  /** What was used under one's own keys, whatever one's role. */
  @Get('usage')
  @Permission('session:own')
  usage(@CurrentUser() { id }: SessionUser, @Query() query: PeriodQueryDto): Promise<Overview> {
    return this.analytics.overview(query, id);
  }

  @Get('usage/series')
  @Permission('session:own')
  usageSeries(@CurrentUser() { id }: SessionUser, @Query() query: SeriesQueryDto): Promise<Series> {
    return this.analytics.series(query, id);
  }

  @Get('usage/breakdown')
  @Permission('session:own')
  usageBreakdown(@CurrentUser() { id }: SessionUser, @Query() query: BreakdownQueryDto): Promise<Breakdown> {
    return this.analytics.breakdown(query, id);
  }

  @Post('password')
  @Permission('account:own')
  @HttpCode(204)
  async changePassword(
    @CurrentUser() user: SessionUser,
    @Body() body: PasswordChangeDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    setSessionCookie(reply, request, await this.account.changePassword(user, body, request));
  }

  @Get('sessions')
  @Permission('account:own')
  sessions(@CurrentUser() user: SessionUser, @Req() request: FastifyRequest): Promise<SessionList> {
    return this.account.listSessions(user, request);
  }

  /** All but the one that asks. */
  @Delete('sessions')
  @Permission('account:own')
  @HttpCode(204)
  endOthers(@CurrentUser() user: SessionUser, @Req() request: FastifyRequest): Promise<void> {
    return this.account.endSessions(user, null, request);
  }

  @Delete('sessions/:id')
  @Permission('account:own')
  @HttpCode(204)
  endSession(
    @CurrentUser() user: SessionUser,
    @Param() { id }: OwnIdDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.account.endSessions(user, id, request);
  }

  @Get('tokens')
  @Permission('account:own')
  async listTokens(@CurrentUser() { id }: SessionUser): Promise<TokenList> {
    return { items: await this.tokens.list(id) };
  }

  @Post('tokens')
  @Permission('account:own')
  createToken(
    @CurrentUser() user: SessionUser,
    @Body() body: TokenInputDto,
    @Req() request: FastifyRequest,
  ): Promise<NewToken> {
    return this.tokens.create(user, body, auditSource(request));
  }

  @Delete('tokens/:id')
  @Permission('account:own')
  @HttpCode(204)
  removeToken(
    @CurrentUser() user: SessionUser,
    @Param() { id }: OwnIdDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.tokens.remove(user, id, auditSource(request));
  }
}
