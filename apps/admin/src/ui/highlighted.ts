import { Component, computed, input } from '@angular/core';

/** A text with every place marked that matches what was searched for. Text stays text. */
@Component({
  selector: 'om-highlighted',
  template: `@for (part of parts(); track $index) {
    @if (part.isMatch) {
      <mark>{{ part.text }}</mark>
    } @else {
      {{ part.text }}
    }
  }`,
})
export class Highlighted {
  readonly text = input.required<string>();
  readonly query = input('');

  protected readonly parts = computed(() => {
    const text = this.text();
    const needle = this.query().trim().toLowerCase();
    if (needle === '') return [{ text, isMatch: false }];
    const lower = text.toLowerCase();
    const parts: { text: string; isMatch: boolean }[] = [];
    let at = 0;
    for (let hit = lower.indexOf(needle); hit >= 0; hit = lower.indexOf(needle, at)) {
      if (hit > at) parts.push({ text: text.slice(at, hit), isMatch: false });
      at = hit + needle.length;
      parts.push({ text: text.slice(hit, at), isMatch: true });
    }
    if (at < text.length) parts.push({ text: text.slice(at), isMatch: false });
    return parts;
  });
}
