import { Component } from '@angular/core';

/** The dial. */
@Component({
  selector: 'om-logo',
  template: `
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <rect width="24" height="24" rx="6.5" fill="var(--text)" />
      <g fill="none" stroke-width="2.2" stroke-linecap="round" stroke="var(--surface)">
        <path d="M5.5 15.5a6.5 6.5 0 0113 0" stroke-opacity=".38" />
        <path d="M5.5 15.5a6.5 6.5 0 014.2-6.08" />
        <path d="M12 15.5l3.3-4.3" stroke="var(--chart-2)" />
      </g>
      <circle cx="12" cy="15.5" r="1.7" fill="var(--chart-2)" />
    </svg>
  `,
  styles: `
    :host {
      display: inline-block;
      width: 1.5rem;
      height: 1.5rem;
      flex: none;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
})
export class Logo {}
