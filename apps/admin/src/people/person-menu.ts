import { Component, booleanAttribute, computed, inject, input } from '@angular/core';
import type { UserItem } from '@ollameter/admin-contract';
import { Session } from '../session/session';
import { Icon } from '../ui/icon';
import { MenuButton } from '../ui/menu-button';
import type { PersonDialogs } from './person-dialogs';

/** What may be done with an account. With one's own only what cannot shut oneself out; the rest stands under Me. */
@Component({
  selector: 'om-person-menu',
  imports: [Icon, MenuButton],
  template: `
    <om-menu-button [label]="label()" icon="more" [bare]="bare()" [ghost]="bare()">
      <button type="button" (click)="dialogs().edit(person())"><om-icon name="edit" />Edit</button>
      @if (!isMe()) {
        @if (!person().oidc) {
          <button type="button" (click)="dialogs().resetPassword(person())">
            <om-icon name="refresh" />Reset password
          </button>
        }
        @if (person().totp) {
          <button type="button" (click)="dialogs().resetFactor(person())">
            <om-icon name="key" />Turn second factor off
          </button>
        }
        @if (person().disabledAt === null) {
          <button type="button" (click)="dialogs().disable(person())"><om-icon name="stop" />Disable</button>
        } @else {
          <button type="button" (click)="dialogs().enable(person())"><om-icon name="play" />Enable</button>
        }
        <hr />
        <button type="button" class="danger" (click)="dialogs().remove(person())">
          <om-icon name="trash" />Delete
        </button>
      }
    </om-menu-button>
  `,
})
export class PersonMenu {
  readonly person = input.required<UserItem>();
  readonly dialogs = input.required<PersonDialogs>();
  readonly label = input.required<string>();
  readonly bare = input(false, { transform: booleanAttribute });

  private readonly me = inject(Session).user;
  protected readonly isMe = computed(() => this.person().id === this.me()?.id);
}
