import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { Toasts } from './ui/toasts';

/** The root: a page in its frame, or the login, and the toasts above both. */
@Component({
  selector: 'om-root',
  imports: [RouterOutlet, Toasts],
  template: `<router-outlet /><om-toasts />`,
})
export class App {}
