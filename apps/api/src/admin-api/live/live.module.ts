import { Module } from '@nestjs/common';
import { AdmissionModule } from '../../admission/admission.module';
import { EnergyModule } from '../../energy/energy.module';
import { IdentityModule } from '../../identity/identity.module';
import { UpstreamModule } from '../../upstream/upstream.module';
import { CancellationService } from './cancellation.service';
import { HostMemory } from './host-memory.service';
import { LiveElsewhere } from './live-elsewhere.service';
import { LiveController } from './live.controller';
import { LiveFeed } from './live-feed.service';
import { LiveSnapshots } from './live-snapshot.service';

/** What happens in the gateways now. */
@Module({
  imports: [AdmissionModule, EnergyModule, IdentityModule, UpstreamModule],
  controllers: [LiveController],
  providers: [CancellationService, HostMemory, LiveElsewhere, LiveFeed, LiveSnapshots],
})
export class LiveModule {}
