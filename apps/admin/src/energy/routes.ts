import type { Routes } from '@angular/router';
import { EnergyPage } from './energy-page';

export default [
  {
    path: '',
    component: EnergyPage,
    children: [
      {
        path: '',
        pathMatch: 'full',
        loadComponent: () => import('./summary/summary').then(({ Summary }) => Summary),
      },
      {
        path: 'tariff',
        title: 'Tariff',
        loadComponent: () => import('./tariff/tariff').then(({ TariffPage }) => TariffPage),
      },
      {
        path: 'tariff/new',
        title: 'New tariff',
        loadComponent: () => import('./tariff/tariff-editor').then(({ TariffEditor }) => TariffEditor),
      },
      {
        path: 'tariff/:id',
        title: 'Edit tariff',
        loadComponent: () => import('./tariff/tariff-editor').then(({ TariffEditor }) => TariffEditor),
      },
      {
        path: 'meters',
        title: 'Meters',
        loadComponent: () => import('./meters/meters').then(({ Meters }) => Meters),
      },
      {
        path: 'statements',
        title: 'Statements',
        loadComponent: () => import('./statements/statements').then(({ Statements }) => Statements),
      },
    ],
  },
] satisfies Routes;
