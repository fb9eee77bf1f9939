import { Component } from '@angular/core';

@Component({
  selector: 'om-overview',
  template: `<div class="page">
    <div class="page-head"><h1>Overview</h1></div>
  </div>`,
})
export class Overview {}
