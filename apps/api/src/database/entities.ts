import { AdminRecoveryCode } from '../identity/admin-recovery-code.entity';
import { AdminSession } from '../identity/admin-session.entity';
import { AdminToken } from '../identity/admin-token.entity';
import { AdminUser } from '../identity/admin-user.entity';
import { ApiKey } from '../auth/api-key.entity';
import { AuditLog } from '../identity/audit-log.entity';
import { EnergyByKey } from '../energy/energy-by-key.entity';
import { EnergyFrontier } from '../energy/energy-frontier.entity';
import { EnergyLedger } from '../energy/energy-ledger.entity';
import { EnergyOpen } from '../energy/energy-open.entity';
import { Meter } from '../energy/meter.entity';
import { ModelAlias } from '../upstream/model-alias.entity';
import { ModelSetting } from '../upstream/model-setting.entity';
import { Replica } from '../replicas/replica.entity';
import { RequestBody } from '../request-log/request-body.entity';
import { RequestEnergy } from '../energy/request-energy.entity';
import { RequestLogRow } from '../request-log/request-log.entity';
import { RequestSearch } from '../request-log/request-search.entity';
import { RequestUnindexed } from '../request-log/request-unindexed.entity';
import { ResponseState } from '../responses/response-state.entity';
import { Setting } from './setting.entity';
import { PhaseWeight } from '../energy/phase-weight.entity';
import { PriceFetch } from '../energy/price-fetch.entity';
import { TariffPrice } from '../energy/tariff-price.entity';
import { TariffVersion } from '../energy/tariff-version.entity';
import { UsageHistogramRow } from '../request-log/usage-histogram.entity';
import { UsageRollup } from '../request-log/usage-rollup.entity';
import { UsageSum } from '../request-log/usage-sum.entity';

/** Every table of init.sql but TypeORM's own `migrations`; a test demands that the two agree. */
export const ENTITIES = [
  Setting,
  AdminUser,
  AdminSession,
  AdminRecoveryCode,
  AdminToken,
  AuditLog,
  ApiKey,
  ModelSetting,
  ModelAlias,
  Meter,
  TariffVersion,
  TariffPrice,
  PriceFetch,
  PhaseWeight,
  RequestLogRow,
  RequestBody,
  RequestSearch,
  RequestUnindexed,
  RequestEnergy,
  UsageRollup,
  UsageSum,
  UsageHistogramRow,
  EnergyLedger,
  EnergyByKey,
  EnergyFrontier,
  EnergyOpen,
  Replica,
  ResponseState,
] as const;
