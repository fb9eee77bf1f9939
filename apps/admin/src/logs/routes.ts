import type { Routes } from '@angular/router';
import { LogDetail } from './log-detail';
import { Logs } from './logs';

export default [
  { path: '', component: Logs },
  { path: ':id', title: 'Request', component: LogDetail },
] satisfies Routes;
