import type { Routes } from '@angular/router';
import { Settings } from './settings';

export default [
  {
    path: '',
    component: Settings,
    canDeactivate: [(settings: Settings) => settings.mayLeave()],
  },
] satisfies Routes;
