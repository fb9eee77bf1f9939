import type { Routes } from '@angular/router';
import { People } from './people';
import { PersonPage } from './person-page';

export default [
  { path: '', component: People },
  { path: ':id', component: PersonPage, title: 'Person' },
] satisfies Routes;
