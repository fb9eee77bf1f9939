import { Service, signal } from '@angular/core';

export interface Toast {
  id: number;
  text: string;
  kind: 'plain' | 'error';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;

/** Short messages at the bottom right. Plain ones go by themselves, errors stay until they are closed. */
@Service()
export class ToastList {
  private nextId = 1;
  private readonly list = signal<readonly Toast[]>([]);
  readonly toasts = this.list.asReadonly();

  show(text: string, action?: Toast['action']): void {
    const id = this.add({ text, kind: 'plain', ...(action === undefined ? {} : { action }) });
    setTimeout(() => this.close(id), SHOWN_MS);
  }

  error(text: string): void {
    this.add({ text, kind: 'error' });
  }

  close(id: number): void {
    this.list.update((list) => list.filter((toast) => toast.id !== id));
  }

  private add(toast: Omit<Toast, 'id'>): number {
    const id = this.nextId++;
    this.list.update((list) => [...list, { ...toast, id }]);
    return id;
  }
}
