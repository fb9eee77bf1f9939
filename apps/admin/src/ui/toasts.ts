import { Component, inject } from '@angular/core';
import { Icon } from './icon';
import { type Toast, ToastList } from './toast-list';

@Component({
  selector: 'om-toasts',
  imports: [Icon],
  template: `
    <div class="toasts" role="status">
      @for (toast of list.toasts(); track toast.id) {
        <div class="toast" [class.bad]="toast.kind === 'error'">
          <om-icon [name]="toast.kind === 'error' ? 'warning' : 'check'" />
          <span class="grow">{{ toast.text }}</span>
          @if (toast.action; as action) {
            <button type="button" class="btn sm" (click)="run(toast)">{{ action.label }}</button>
          }
          <button type="button" class="btn ghost ic sm" aria-label="Close" (click)="list.close(toast.id)">
            <om-icon name="close" />
          </button>
        </div>
      }
    </div>
  `,
  styles: `
    .toasts {
      position: fixed;
      right: var(--sp-4);
      bottom: var(--sp-4);
      z-index: var(--z-toast);
      display: grid;
      gap: var(--sp-2);
    }
    .toast > om-icon {
      color: var(--success);
    }
    .toast.bad > om-icon {
      color: var(--danger);
    }
    @media (max-width: 767px) {
      .toasts {
        bottom: 4.5rem;
        left: var(--sp-4);
      }
    }
  `,
})
export class Toasts {
  protected readonly list = inject(ToastList);

  protected run(toast: Toast): void {
    toast.action?.run();
    this.list.close(toast.id);
  }
}
