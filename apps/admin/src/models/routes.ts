import type { Routes } from '@angular/router';
import { Models } from './models';

export default [{ path: '', component: Models }] satisfies Routes;
