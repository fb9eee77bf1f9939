import { Get, Param, Query } from '@nestjs/common';
import type { Breakdown, Overview, Series } from '@ollameter/admin-contract';
import { Permission } from '../../identity/permission';
import { AdminController } from '../admin-controller.decorator';
import { BreakdownQueryDto, PeriodQueryDto, SeriesQueryDto } from '../analytics/analytics-query.dto';
import { AnalyticsService } from '../analytics/analytics.service';
import { UserIdDto } from './user.dto';
import { UsersService } from './users.service';

/** What was used under a person's keys. */
@AdminController('api/users/:id/usage')
export class UserUsageController {
  constructor(
    private readonly users: UsersService,
    private readonly analytics: AnalyticsService,
  ) {}

  @Get()
  @Permission('users:manage')
  async totals(@Param() { id }: UserIdDto, @Query() query: PeriodQueryDto): Promise<Overview> {
    await this.users.detail(id);
    return this.analytics.overview(query, id);
  }

  @Get('series')
  @Permission('users:manage')
  async series(@Param() { id }: UserIdDto, @Query() query: SeriesQueryDto): Promise<Series> {
    await this.users.detail(id);
    return this.analytics.series(query, id);
  }

  @Get('breakdown')
  @Permission('users:manage')
  async breakdown(@Param() { id }: UserIdDto, @Query() query: BreakdownQueryDto): Promise<Breakdown> {
    await this.users.detail(id);
    return this.analytics.breakdown(query, id);
  }
}
