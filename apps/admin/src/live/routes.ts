import type { Routes } from '@angular/router';
import { Live } from './live';

export default [{ path: '', component: Live }] satisfies Routes;
