import { Body, Delete, Get, HttpCode, Param, Patch, Post, Req } from '@nestjs/common';
import type { SessionList, UserItem, UserList, UserWithPassword } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { UserChangeDto, UserIdDto, UserInputDto, UserSessionIdDto } from './user.dto';
import { UsersService } from './users.service';

@AdminController('api/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Permission('users:manage')
  list(): Promise<UserList> {
    return this.users.list();
  }

  @Post()
  @Permission('users:manage')
  create(@Body() body: UserInputDto, @Req() request: FastifyRequest): Promise<UserWithPassword> {
    return this.users.create(body, auditSource(request));
  }

  @Get(':id')
  @Permission('users:manage')
  detail(@Param() { id }: UserIdDto): Promise<UserItem> {
    return this.users.detail(id);
  }

  @Patch(':id')
  @Permission('users:manage')
  change(
    @Param() { id }: UserIdDto,
    @Body() body: UserChangeDto,
    @Req() request: FastifyRequest,
  ): Promise<UserItem> {
    return this.users.change(id, body, auditSource(request));
  }

  @Delete(':id')
  @Permission('users:manage')
  @HttpCode(204)
  remove(@Param() { id }: UserIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.users.remove(id, auditSource(request));
  }

  @Post(':id/reset-password')
  @Permission('users:manage')
  @HttpCode(200)
  resetPassword(@Param() { id }: UserIdDto, @Req() request: FastifyRequest): Promise<UserWithPassword> {
    return this.users.resetPassword(id, auditSource(request));
  }

  @Get(':id/sessions')
  @Permission('users:manage')
  sessions(@Param() { id }: UserIdDto, @Req() request: FastifyRequest): Promise<SessionList> {
    return this.users.listSessions(id, request);
  }

  @Delete(':id/sessions')
  @Permission('users:manage')
  @HttpCode(204)
  endSessions(@Param() { id }: UserIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.users.endSessions(id, null, auditSource(request));
  }

  @Delete(':id/sessions/:sessionId')
  @Permission('users:manage')
  @HttpCode(204)
  endSession(@Param() { id, sessionId }: UserSessionIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.users.endSessions(id, sessionId, auditSource(request));
  }

  /** Turns their second factor off, for somebody who lost both phone and recovery codes. */
  @Delete(':id/totp')
  @Permission('users:manage')
  @HttpCode(204)
  disableTotp(@Param() { id }: UserIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.users.disableTotp(id, auditSource(request));
  }
}
