import type { Routes } from '@angular/router';
import { Logs } from './logs';

export default [{ path: '', component: Logs }] satisfies Routes;
