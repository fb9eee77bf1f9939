import { Component, ElementRef, inject, input, viewChild, booleanAttribute } from '@angular/core';
import { Icon, type IconName } from './icon';

let nextId = 1;

/** A button that opens a small menu below it. Its content is buttons and links (class-free); arrows move, Escape closes. */
@Component({
  selector: 'om-menu-button',
  imports: [Icon],
  template: `
    <button
      type="button"
      class="btn"
      [class.ghost]="ghost()"
      [class.ic]="bare()"
      [class.sm]="small()"
      [attr.aria-label]="bare() ? label() : null"
      [attr.title]="bare() ? label() : null"
      [attr.popovertarget]="id"
    >
      @if (icon(); as name) {
        <om-icon [name]="name" />
      }
      @if (!bare()) {
        {{ label() }}
      }
    </button>
    <div
      #list
      popover
      tabindex="-1"
      class="menu"
      [id]="id"
      (toggle)="place($event)"
      (click)="chosen($event)"
      (keydown)="move($event)"
    >
      <ng-content />
    </div>
  `,
  styles: `
    :host {
      display: inline-flex;
      position: relative;
    }
    .menu {
      margin: 0;
      position: fixed;
      inset: auto;
      color: inherit;
    }
    .menu:not(:popover-open) {
      display: none;
    }
  `,
})
export class MenuButton {
  readonly label = input.required<string>();
  readonly icon = input<IconName>();
  /** Only the drawing; the label is read aloud. */
  readonly bare = input(false, { transform: booleanAttribute });
  readonly ghost = input(false, { transform: booleanAttribute });
  readonly small = input(false, { transform: booleanAttribute });
  /** True: a choice leaves the menu open, as with boxes to tick. */
  readonly staysOpen = input(false, { transform: booleanAttribute });

  protected readonly id = `menu-${nextId++}`;
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');

  close(): void {
    this.list().nativeElement.hidePopover();
  }

  /** Below the button, inside the window. */
  protected place(event: Event): void {
    if ((event as ToggleEvent).newState !== 'open') return;
    const list = this.list().nativeElement;
    const button = this.host.getBoundingClientRect();
    const left = Math.max(8, Math.min(button.left, innerWidth - list.offsetWidth - 8));
    const below = button.bottom + 4;
    const top = below + list.offsetHeight > innerHeight - 8 ? button.top - list.offsetHeight - 4 : below;
    list.style.left = `${left}px`;
    list.style.top = `${Math.max(8, top)}px`;
    this.items()[0]?.focus();
  }

  protected chosen(event: Event): void {
    if (!this.staysOpen() && (event.target as Element).closest('button, a') !== null) this.close();
  }

  protected move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = this.items();
    const at = items.indexOf(this.host.ownerDocument.activeElement as HTMLElement);
    items.at((at + step) % items.length)?.focus();
  }

  private items(): HTMLElement[] {
    return [...this.list().nativeElement.querySelectorAll<HTMLElement>('button, a, input, select')];
  }
}
