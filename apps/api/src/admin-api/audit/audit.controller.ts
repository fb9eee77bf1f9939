import { Get, Query, StreamableFile } from '@nestjs/common';
import type { AuditPage } from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { AuditExportDto, AuditQueryDto } from './audit-query.dto';
import { AuditReader } from './audit-reader.service';

@AdminController('api/audit')
export class AuditController {
  constructor(private readonly audit: AuditReader) {}

  @Get()
  @Permission('audit:read')
  page(@Query() query: AuditQueryDto): Promise<AuditPage> {
    return this.audit.page(query);
  }

  @Get('export')
  @Permission('audit:read')
  export(@Query() query: AuditExportDto): StreamableFile {
    return this.audit.export(query);
  }
}
