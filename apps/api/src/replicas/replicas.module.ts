import { Global, Module } from '@nestjs/common';
import { OtherReplicas } from '../energy/claims-elsewhere';
import { ReplicaBus } from './replica-bus.service';
import { ReplicaRepository } from './replica.repository';
import { Replicas } from './replicas.service';

/** Several gateways on one database. */
@Global()
@Module({
  providers: [ReplicaRepository, ReplicaBus, Replicas, { provide: OtherReplicas, useExisting: Replicas }],
  exports: [ReplicaBus, Replicas, OtherReplicas],
})
export class ReplicasModule {}
