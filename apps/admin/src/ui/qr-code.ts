import { Component, computed, input } from '@angular/core';
import { encode } from 'uqr';

/** A text as a QR code, dark on white in every theme: many readers know no other. */
@Component({
  selector: 'om-qr-code',
  template: `
    <svg
      role="img"
      [attr.aria-label]="label()"
      [attr.viewBox]="'0 0 ' + code().size + ' ' + code().size"
      shape-rendering="crispEdges"
    >
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: block;
      width: 12rem;
      max-width: 100%;
      padding: var(--sp-2);
      border-radius: var(--radius-md);
      border: 1px solid var(--border);
      background: #fff;
    }
    svg {
      display: block;
      width: 100%;
      fill: #000;
    }
  `,
})
export class QrCode {
  readonly text = input.required<string>();
  readonly label = input.required<string>();

  protected readonly code = computed(() => encode(this.text(), { border: 2 }));
  protected readonly path = computed(() =>
    this.code()
      .data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
      .join(''),
  );
}
