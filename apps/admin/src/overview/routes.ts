import type { Routes } from '@angular/router';
import { CHARTS } from '../charts/register';
import { Overview } from './overview';

export default [{ path: '', component: Overview, providers: [CHARTS] }] satisfies Routes;
