import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { IdentityModule } from '../identity/identity.module';
import { PortalController } from './portal.controller';
import { PORTAL_FOLDER, PortalService } from './portal.service';

/** Beside this app, seen from `src/portal` and from `dist/portal` alike. */
const BUILT_PORTAL = join(__dirname, '../../../admin/dist/browser');

/** Serves the built portal on the admin plane, at every path that no other route has. */
@Module({
  imports: [IdentityModule],
  controllers: [PortalController],
  providers: [PortalService, { provide: PORTAL_FOLDER, useValue: BUILT_PORTAL }],
})
export class PortalModule {}
