import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { IdentityModule } from '../../identity/identity.module';
import { LimitsApiModule } from '../limits/limits-api.module';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

@Module({
  imports: [AuthModule, IdentityModule, LimitsApiModule],
  controllers: [UsersController],
  providers: [UsersService],
  exports: [UsersService],
})
export class UsersModule {}
