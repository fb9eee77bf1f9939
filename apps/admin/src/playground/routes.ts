import type { Routes } from '@angular/router';
import { Playground } from './playground';

export default [{ path: '', component: Playground }] satisfies Routes;
