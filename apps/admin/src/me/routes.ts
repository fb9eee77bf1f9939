import type { Routes } from '@angular/router';
import { Account } from './account';
import { Me } from './me';
import { MyTokens } from './my-tokens';
import { MyUse } from './my-use';

export default [
  {
    path: '',
    component: Me,
    children: [
      { path: '', component: MyUse },
      { path: 'account', component: Account, title: 'Account' },
      { path: 'tokens', component: MyTokens, title: 'Tokens' },
    ],
  },
] satisfies Routes;
