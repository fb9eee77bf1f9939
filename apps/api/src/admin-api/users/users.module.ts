import { Module } from '@nestjs/common';
import { IdentityModule } from '../../identity/identity.module';
import { LimitsApiModule } from '../limits/limits-api.module';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

@Module({
  imports: [IdentityModule, LimitsApiModule],
  controllers: [UsersController],
  providers: [UsersService],
})
export class UsersModule {}
