import { Global, Module } from '@nestjs/common';
import { OtherReplicas } from '../energy/claims-elsewhere';
import { ReplicaRepository } from './replica.repository';
import { Replicas } from './replicas.service';

/** Several gateways on one database. */
@Global()
@Module({
  providers: [ReplicaRepository, Replicas, { provide: OtherReplicas, useExisting: Replicas }],
  exports: [Replicas, OtherReplicas],
})
export class ReplicasModule {}
