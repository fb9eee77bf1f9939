import { Module } from '@nestjs/common';
import { PepperModule } from '../auth/pepper.module';
import { PepperService } from '../auth/pepper.service';
import { RedisConnection } from '../redis/redis-connection.service';
import { AdminUserRepository } from './admin-user.repository';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { FirstAdminService } from './first-admin.service';
import { LoginAttempts } from './login-attempts';
import { LoginService } from './login.service';
import { MemoryLoginAttempts } from './memory-login-attempts';
import { OidcAccounts } from './oidc/oidc-accounts.service';
import { OidcClient } from './oidc/oidc-client.service';
import { OidcLogin } from './oidc/oidc-login.service';
import { PasswordHasher } from './password-hasher.service';
import { PermissionGuard } from './permission.guard';
import { PersonalTokenRepository } from './personal-token.repository';
import { PersonalTokenService } from './personal-token.service';
import { RedisLoginAttempts } from './redis-login-attempts';
import { SessionRepository } from './session.repository';
import { SessionService } from './session.service';
import { TotpRepository } from './totp.repository';
import { TotpService } from './totp.service';

/** Who may use the admin plane. Needs a DataSource and the AppConfig. */
@Module({
  imports: [PepperModule],
  providers: [
    AdminUserRepository,
    AuditService,
    Authenticator,
    FirstAdminService,
    {
      provide: LoginAttempts,
      inject: [RedisConnection, PepperService],
      useFactory: (redis: RedisConnection, pepper: PepperService) =>
        redis.isSet ? new RedisLoginAttempts(redis, pepper) : new MemoryLoginAttempts(),
    },
    LoginService,
    OidcAccounts,
    OidcClient,
    OidcLogin,
    PasswordHasher,
    PermissionGuard,
    PersonalTokenRepository,
    PersonalTokenService,
    SessionRepository,
    SessionService,
    TotpRepository,
    TotpService,
  ],
  exports: [
    AdminUserRepository,
    PasswordHasher,
    PersonalTokenService,
    AuditService,
    Authenticator,
    FirstAdminService,
    LoginService,
    OidcLogin,
    PermissionGuard,
    SessionService,
    TotpService,
  ],
})
export class IdentityModule {}
