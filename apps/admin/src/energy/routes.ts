import type { Routes } from '@angular/router';
import { CHARTS } from '../charts/register';
import { EnergyPage } from './energy-page';

export default [
  {
    path: '',
    component: EnergyPage,
    children: [
      {
        path: '',
        pathMatch: 'full',
        providers: [CHARTS],
        loadComponent: () => import('./summary/summary').then(({ Summary }) => Summary),
      },
    ],
  },
] satisfies Routes;
