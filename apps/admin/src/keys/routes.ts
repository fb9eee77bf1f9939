import type { Routes } from '@angular/router';
import { KeyPage } from './key-page';
import { Keys } from './keys';

export default [
  { path: '', component: Keys },
  { path: ':id', component: KeyPage, title: 'Key' },
] satisfies Routes;
