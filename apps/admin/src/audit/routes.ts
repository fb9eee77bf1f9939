import type { Routes } from '@angular/router';
import { Audit } from './audit';

export default [{ path: '', component: Audit }] satisfies Routes;
