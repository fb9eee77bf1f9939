import { Component, computed, input } from '@angular/core';

/** Sixteen by sixteen, stroked. */
const PATHS = {
  overview: 'M2.5 13.5V9M6.2 13.5V5M9.8 13.5V7.5M13.5 13.5V2.5',
  live: 'M1.5 8h3l1.8-4.5 3 9L11.2 8h3.3',
  logs: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  playground: 'M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z',
  key: 'M7.7 11a2.7 2.7 0 11-5.4 0 2.7 2.7 0 015.4 0zM7 9l6.3-6.3M10.5 5.5l2 2',
  model: 'M8 1.8l5.6 3.1v6.2L8 14.2l-5.6-3.1V4.9zM2.6 5L8 8l5.4-3M8 8v6',
  energy: 'M9 1.5L3.2 9H8l-1 5.5L12.8 7H8z',
  people:
    'M8.5 5.5a2.5 2.5 0 11-5 0 2.5 2.5 0 015 0zM1.5 13.5c.3-2.5 2-4 4.5-4s4.2 1.5 4.5 4M10.5 3.3a2.5 2.5 0 010 4.4M12 9.8c1.5.6 2.3 1.9 2.5 3.7',
  audit: 'M4 1.8h8v12.4H4zM6.3 5h3.4M6.3 8h3.4M6.3 11h2',
  settings:
    'M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M12.4 4.5a1.7 1.7 0 11-3.4 0 1.7 1.7 0 013.4 0zM6.9 11.5a1.7 1.7 0 11-3.4 0 1.7 1.7 0 013.4 0z',
  me: 'M11 5.5a3 3 0 11-6 0 3 3 0 016 0zM2.5 14c.4-2.9 2.4-4.5 5.5-4.5s5.1 1.6 5.5 4.5',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  search: 'M11.5 7a4.5 4.5 0 11-9 0 4.5 4.5 0 019 0zM10.5 10.5L14 14',
  download: 'M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11',
  table: 'M2 3h12v10H2zM2 6.5h12M7 6.5V13',
  chart: 'M2.5 2.5v11h11M5 10l2.5-3 2 2L13 5',
  columns: 'M2 3h12v10H2zM6 3v10M10 3v10',
  moon: 'M13.5 9.5A6 6 0 016.5 2.5a6 6 0 107 7z',
  sun: 'M11 8a3 3 0 11-6 0 3 3 0 016 0zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9L13 13M3 13l1.1-1.1M11.9 4.1L13 3',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5l3.3 3.2L13 4.8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  'chevron-left': 'M10 4L6 8l4 4',
  'chevron-right': 'M6 4l4 4-4 4',
  'chevron-down': 'M4 6l4 4 4-4',
  warning: 'M8 2L1.5 13.5h13zM8 6.5v3.2M8 11.7v.01',
  info: 'M14 8A6 6 0 112 8a6 6 0 0112 0zM8 7.3v3.7M8 5v.01',
  help: 'M14 8A6 6 0 112 8a6 6 0 0112 0zM6.300 6.200a1.800 1.800 0 113 1.500c-.8.500-1.300.900-1.300 1.600M8 11.300v.01',
  offline: 'M1.5 6a9.5 9.5 0 0113 0M4 8.7a6 6 0 018 0M6.3 11.3a2.6 2.6 0 013.4 0M2 2l12 12',
  clock: 'M14 8A6 6 0 112 8a6 6 0 0112 0zM8 4.5V8l2.3 1.5',
  refresh: 'M2.5 8a5.5 5.5 0 109.7-3.5M12.5 2v3h-3',
  thinking: 'M8 2.5c-3 0-5 2-5 4.5 0 1.6.8 2.8 2 3.6V13.5h5v-2.5h2V8.5l1-.5-1-2c-.3-2-1.8-3.5-4-3.5z',
  tool: 'M9.5 6.5L3 13M9 3a3.5 3.5 0 004 4.5',
  plug: 'M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9v2a4.5 4.5 0 01-9 0zM8 12v2.5',
  print: 'M4.5 6V2h7v4M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7V14h-7z',
  chip: 'M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  stop: 'M4.5 4h7a.5.5 0 01.5.5v7a.5.5 0 01-.5.5h-7a.5.5 0 01-.5-.5v-7a.5.5 0 01.5-.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3l7.5 5L5 13z',
  image: 'M2 3h12v10H2zM2.5 11.5L6 8l3 3 2-2 2.5 2.5M11.5 6a1 1 0 11-2 0 1 1 0 012 0z',
  edit: 'M10.5 2.5l3 3L6 13l-3.5.5L3 10zM9 4l3 3',
  trash: 'M2.5 4.5h11M6 4.500V2.500h4v2M4 4.500l.7 9h6.600l.7-9M6.700 7v4M9.300 7v4',
  'sign-out': 'M6.500 2.500h-4v11h4M6.500 8h7M10.500 5l3 3-3 3',
  external: 'M6 3H3v10h10v-3M9 3h4v4M13 3L7.500 8.500',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside a word; where it stands alone, its button carries the word. */
@Component({
  selector: 'om-icon',
  template: `<svg viewBox="0 0 16 16" aria-hidden="true"><path [attr.d]="path()" /></svg>`,
  styles: `
    :host {
      display: inline-block;
      width: 1rem;
      height: 1rem;
      flex: none;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.6;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
