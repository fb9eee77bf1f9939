import { Component, inject, input, signal, booleanAttribute } from '@angular/core';
import { Icon } from './icon';
import { ToastList } from './toast-list';

const CONFIRMED_MS = 2_000;

/** Copies a text and says that it did. */
@Component({
  selector: 'om-copy',
  imports: [Icon],
  template: `
    <button
      type="button"
      class="btn"
      [class.ghost]="bare()"
      [class.ic]="bare()"
      [class.sm]="bare()"
      [attr.aria-label]="bare() ? label() : null"
      [attr.title]="bare() ? label() : null"
      (click)="copy()"
    >
      <om-icon [name]="copied() ? 'check' : 'copy'" />
      @if (!bare()) {
        {{ copied() ? 'Copied' : label() }}
      }
    </button>
    <span class="sr" role="status">{{ copied() ? 'Copied' : '' }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
    }
  `,
})
export class CopyButton {
  readonly text = input.required<string>();
  readonly label = input('Copy');
  /** Only the drawing; the label is read aloud. */
  readonly bare = input(false, { transform: booleanAttribute });
  protected readonly copied = signal(false);
  private readonly toasts = inject(ToastList);

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text());
      this.copied.set(true);
      setTimeout(() => this.copied.set(false), CONFIRMED_MS);
    } catch {
      this.toasts.error(
        'The browser did not let the text be copied. Over plain HTTP that works only on this machine.',
      );
    }
  }
}
