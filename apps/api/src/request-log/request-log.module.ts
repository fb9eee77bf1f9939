import { Global, Module } from '@nestjs/common';
import { UnstoredIntervals } from '../energy/unstored-intervals';
import { RequestLog } from '../exchange/exchange-record';
import { BatchWriter } from './batch-writer.service';
import { LogStoreRepository } from './log-store.repository';
import { RetentionService } from './retention.service';
import { SearchIndexer } from './search-indexer.service';
import { SpooledRequestLog } from './spooled-request-log.service';

@Global()
@Module({
  providers: [
    LogStoreRepository,
    BatchWriter,
    SearchIndexer,
    RetentionService,
    SpooledRequestLog,
    { provide: RequestLog, useExisting: SpooledRequestLog },
    { provide: UnstoredIntervals, useExisting: SpooledRequestLog },
  ],
  exports: [RequestLog, UnstoredIntervals, SpooledRequestLog, BatchWriter],
})
export class RequestLogModule {}
