import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../identity/permission';
import { PermissionGuard } from '../identity/permission.guard';
import { Plane } from '../plane/plane.decorator';
import { PortalService } from './portal.service';

@Controller()
@Plane('admin')
@UseGuards(PermissionGuard)
export class PortalController {
  constructor(private readonly portal: PortalService) {}

  @Get('*')
  @Public()
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.portal.answer(request, reply);
  }
}
