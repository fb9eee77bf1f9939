import { Component, ElementRef, effect, inject, input } from '@angular/core';
import DOMPurify, { type Config } from 'dompurify';
import { Marked } from 'marked';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** HTML inside an answer is shown as what it is, text; of a picture from elsewhere its words are left. */
const MARKED = new Marked({
  gfm: true,
  breaks: true,
  renderer: { html: ({ text }) => escaped(text), image: ({ text }) => escaped(text) },
});

/**
 * Text of models and strangers is text: no scripts, no styles, no forms, and nothing that is fetched from elsewhere
 * (a picture's address would tell a stranger who reads the log).
 */
const ALLOWED: Config & { RETURN_DOM_FRAGMENT: true } = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'img',
    'video',
    'audio',
    'picture',
    'source',
  ],
  FORBID_ATTR: ['style', 'id', 'class', 'name', 'srcset', 'background'],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** Markdown as a reader expects it, made of cleaned nodes; never of a string that a browser would parse again. */
@Component({
  selector: 'om-markdown',
  template: '',
  host: { class: 'prose' },
})
export class Markdown {
  readonly text = input.required<string>();

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    effect(() => host.replaceChildren(toNodes(this.text())));
  }
}

/** @returns nodes that are safe to show */
export function toNodes(markdown: string): DocumentFragment {
  const nodes = DOMPurify.sanitize(MARKED.parse(markdown, { async: false }), ALLOWED);
  for (const link of nodes.querySelectorAll('a')) {
    link.setAttribute('rel', 'noopener noreferrer nofollow');
    link.setAttribute('target', '_blank');
  }
  // A wide table or a long line scrolls inside itself, by keyboard too.
  for (const wide of nodes.querySelectorAll('pre, table')) {
    wide.setAttribute('tabindex', '0');
  }
  return nodes;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
