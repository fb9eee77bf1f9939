import { Component } from '@angular/core';

@Component({
  selector: 'om-logs',
  template: `<div class="page">
    <div class="page-head"><h1>Logs</h1></div>
  </div>`,
})
export class Logs {}
