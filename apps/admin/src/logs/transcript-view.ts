import { Component, computed, input, signal } from '@angular/core';
import type { LogDetail } from '@ollameter/admin-contract';
import { EmptyState } from '../ui/empty-state';
import { Highlighted } from '../ui/highlighted';
import { Icon } from '../ui/icon';
import { Markdown } from '../ui/markdown';
import { CopyButton } from '../ui/copy-button';
import { toTranscript } from './transcript';

const VIEWS = ['Rendered', 'Text', 'JSON'] as const;
/** What a person pasted, folded below its first line. */
const FOLDED_LINES = 24;

/** Who said what: rendered, as plain text with the search's words marked, or as it went over the wire. */
@Component({
  selector: 'om-transcript',
  imports: [CopyButton, EmptyState, Highlighted, Icon, Markdown],
  templateUrl: './transcript-view.html',
  styleUrl: './transcript-view.css',
})
export class TranscriptView {
  readonly item = input.required<LogDetail>();
  /** What the reader searched for. */
  readonly search = input('');

  protected readonly views = VIEWS;
  protected readonly choice = signal<(typeof VIEWS)[number] | null>(null);
  protected readonly view = computed(() => this.choice() ?? (this.search() === '' ? 'Rendered' : 'Text'));
  protected readonly turns = computed(() => toTranscript(this.item()));
  protected readonly request = computed(() => pretty(this.item().request));
  protected readonly response = computed(() => pretty(this.item().response));

  protected isLong(text: string): boolean {
    return text.split('\n', FOLDED_LINES + 1).length > FOLDED_LINES;
  }

  protected lines(text: string): number {
    return text.split('\n').length;
  }

  protected firstLine(text: string): string {
    return text.slice(0, 160).split('\n', 1)[0] ?? '';
  }
}

/** JSON with line breaks; a text that is none as it is. */
function pretty(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
