import type { Routes } from '@angular/router';
import { Overview } from './overview';

export const OVERVIEW: Routes = [{ path: '', component: Overview }];
