import {
  Body,
  Delete,
  Get,
  HttpCode,
  type MessageEvent,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  RequestMethod,
  Sse,
} from '@nestjs/common';
import type { ModelAlias, ModelList, ModelSettingsView } from '@ollameter/admin-contract';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { auditSource } from '../../identity/audit-source';
import { Permission } from '../../identity/permission';
import { CurrentReader, type Reader } from '../../identity/reader';
import { AdminController } from '../admin-controller.decorator';
import { ModelDefaults } from './model-defaults.service';
import { ModelPulls } from './model-pull.service';
import {
  AliasNameDto,
  AliasTargetDto,
  HostChoiceDto,
  ModelLoadDto,
  ModelNameDto,
  ModelPullDto,
  ModelSettingsDto,
} from './model.dto';
import { ModelsAdminService } from './models.service';

/** Names hold `:` and `/`; in a path they are percent-encoded. */
@AdminController('api/models')
export class ModelsAdminController {
  constructor(
    private readonly models: ModelsAdminService,
    private readonly pulls: ModelPulls,
    private readonly defaults: ModelDefaults,
  ) {}

  @Get()
  @Permission('models:read')
  list(@CurrentReader() { ownerId }: Reader): Promise<ModelList> {
    return this.models.list(ownerId);
  }

  @Sse('pull', { method: RequestMethod.POST })
  @HttpCode(200)
  @Permission('models:write')
  pull(@Body() body: ModelPullDto, @Req() request: FastifyRequest): Promise<Observable<MessageEvent>> {
    return this.pulls.start(body, auditSource(request));
  }

  @Put('aliases/:alias')
  @Permission('models:write')
  putAlias(
    @Param() { alias }: AliasNameDto,
    @Body() { model }: AliasTargetDto,
    @Req() request: FastifyRequest,
  ): Promise<ModelAlias> {
    return this.defaults.putAlias(alias, model, auditSource(request));
  }

  @Delete('aliases/:alias')
  @Permission('models:write')
  @HttpCode(204)
  removeAlias(@Param() { alias }: AliasNameDto, @Req() request: FastifyRequest): Promise<void> {
    return this.defaults.removeAlias(alias, auditSource(request));
  }

  @Delete(':name')
  @Permission('models:write')
  @HttpCode(204)
  remove(
    @Param() { name }: ModelNameDto,
    @Query() query: HostChoiceDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.models.remove(name, query, auditSource(request));
  }

  @Patch(':name/settings')
  @Permission('models:write')
  change(
    @Param() { name }: ModelNameDto,
    @Body() body: ModelSettingsDto,
    @Req() request: FastifyRequest,
  ): Promise<ModelSettingsView> {
    return this.defaults.change(name, body, auditSource(request));
  }

  @Post(':name/load')
  @Permission('models:write')
  @HttpCode(204)
  load(
    @Param() { name }: ModelNameDto,
    @Body() body: ModelLoadDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.models.load(name, body, auditSource(request));
  }

  @Post(':name/unload')
  @Permission('models:write')
  @HttpCode(204)
  unload(
    @Param() { name }: ModelNameDto,
    @Body() body: HostChoiceDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.models.unload(name, body, auditSource(request));
  }
}
