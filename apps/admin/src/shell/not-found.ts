import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state';

@Component({
  selector: 'om-not-found',
  imports: [EmptyState, RouterLink],
  template: `
    <h1 class="sr">Not found</h1>
    <div class="card">
      <om-empty-state icon="search" heading="There is no such page">
        <p>The address may be old, or mistyped.</p>
        <div class="row"><a class="btn" routerLink="/overview">Go to Overview</a></div>
      </om-empty-state>
    </div>
  `,
})
export class NotFound {}
