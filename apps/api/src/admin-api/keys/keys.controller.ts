import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common';
import type { KeyItem, KeyPage, KeyWithSecret, SessionUser } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import { auditSource } from '../../identity/audit-source';
import { CurrentUser } from '../../identity/current-user.decorator';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import {
  KeyChangeDto,
  KeyIdDto,
  KeyInputDto,
  KeyQueryDto,
  KeyRevocationDto,
  KeyRotationDto,
} from './key.dto';
import { KeysService } from './keys.service';

@AdminController('api/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @Permission('keys:read')
  page(@CurrentUser() user: SessionUser, @Query() query: KeyQueryDto): Promise<KeyPage> {
    return this.keys.page(user, query);
  }

  @Post()
  @Permission('keys:own')
  create(
    @CurrentUser() user: SessionUser,
    @Body() input: KeyInputDto,
    @Req() request: FastifyRequest,
  ): Promise<KeyWithSecret> {
    return this.keys.create(user, input, auditSource(request));
  }

  @Get(':id')
  @Permission('keys:read')
  detail(@CurrentUser() user: SessionUser, @Param() { id }: KeyIdDto): Promise<KeyItem> {
    return this.keys.detail(user, id);
  }

  @Patch(':id')
  @Permission('keys:own')
  change(
    @CurrentUser() user: SessionUser,
    @Param() { id }: KeyIdDto,
    @Body() input: KeyChangeDto,
    @Req() request: FastifyRequest,
  ): Promise<KeyItem> {
    return this.keys.change(user, id, input, auditSource(request));
  }

  @Delete(':id')
  @HttpCode(204)
  @Permission('keys:write')
  remove(@Param() { id }: KeyIdDto, @Req() request: FastifyRequest): Promise<void> {
    return this.keys.remove(id, auditSource(request));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @Permission('keys:own')
  rotate(
    @CurrentUser() user: SessionUser,
    @Param() { id }: KeyIdDto,
    @Body() input: KeyRotationDto,
    @Req() request: FastifyRequest,
  ): Promise<KeyWithSecret> {
    return this.keys.rotate(user, id, input, auditSource(request));
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Permission('keys:own')
  revoke(
    @CurrentUser() user: SessionUser,
    @Param() { id }: KeyIdDto,
    @Body() input: KeyRevocationDto,
    @Req() request: FastifyRequest,
  ): Promise<KeyItem> {
    return this.keys.revoke(user, id, input, auditSource(request));
  }
}
