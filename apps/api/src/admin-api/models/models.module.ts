import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { IdentityModule } from '../../identity/identity.module';
import { UpstreamModule } from '../../upstream/upstream.module';
import { ModelDefaults } from './model-defaults.service';
import { ModelHosts } from './model-hosts.service';
import { ModelPulls } from './model-pull.service';
import { ModelsAdminController } from './models.controller';
import { ModelsAdminService } from './models.service';

/** What the hosts hold, and what the owner fixes for it. */
@Module({
  imports: [AuthModule, IdentityModule, UpstreamModule],
  controllers: [ModelsAdminController],
  providers: [ModelDefaults, ModelHosts, ModelPulls, ModelsAdminService],
})
export class ModelsModule {}
