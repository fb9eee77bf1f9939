import { HttpClient } from '@angular/common/http';
import {
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import {
  METER_SCOPES,
  type MeterInput,
  type MeterItem,
  type MeterKind,
  type MeterTest,
  type MeterTestInput,
} from '@ollameter/admin-contract';
import { Action } from '../../data/action';
import { Choices } from '../../ui/choices';
import { Dialog } from '../../ui/dialog';
import { FailureNote } from '../../ui/failure-note';
import { FormField } from '../../ui/form-field';
import { Icon } from '../../ui/icon';
import { ToastList } from '../../ui/toast-list';
import { Typed } from '../../ui/typed';
import { type MeterDraft, emptyMeter, takesDevices, toMeterDraft, toMeterInput } from './meter-fields';
import { METER_FORMS, SCOPE_WORDS, type SettingField, formOf } from './meter-words';

/** Adds a meter, or changes one; tests it before it is saved. */
@Component({
  selector: 'om-meter-dialog',
  imports: [Choices, Dialog, FailureNote, FormField, Icon, Typed],
  templateUrl: './meter-dialog.html',
  styles: `
    .halves {
      --half: 11rem;
    }
    .left {
      margin-right: auto;
    }
  `,
})
export class MeterDialog {
  /** The meter that is changed; null for a new one. */
  readonly subject = input.required<MeterItem | null>();
  /** What a new one begins with: one that was found. */
  readonly found = input<MeterInput | null>(null);
  readonly hosts = input.required<readonly string[]>();
  readonly saved = output();
  readonly closed = output();

  private readonly http = inject(HttpClient);
  private readonly toasts = inject(ToastList);
  private readonly dialog = viewChild.required(Dialog);
  protected readonly action = new Action();
  protected readonly testing = new Action();
  protected readonly result = signal<MeterTest | null>(null);
  protected readonly wasSubmitted = signal(false);
  protected readonly kinds = METER_FORMS.map(({ kind, name }) => ({ value: kind, text: name }));
  protected readonly scopes = METER_SCOPES.filter((scope) => scope !== 'constant').map((scope) => ({
    value: scope,
    text: SCOPE_WORDS[scope],
  }));

  /** Untracked: the list of hosts is read anew every few seconds, and what was typed must outlive that. */
  protected readonly draft = linkedSignal<MeterDraft>(() => {
    const origin = this.subject() ?? this.found();
    return origin === null ? emptyMeter('shelly', untracked(this.hosts)[0] ?? '') : toMeterDraft(origin);
  });
  protected readonly form = computed(() => formOf(this.draft().kind));
  protected readonly hasDevices = computed(() => takesDevices(this.draft().kind));
  private readonly failure = computed(() => this.action.failure() ?? this.testing.failure());
  protected readonly errors = computed<Record<string, string>>(() => ({
    ...(this.wasSubmitted() && this.draft().name.trim() === '' ? { name: 'A name is needed.' } : {}),
    ...this.failure()?.fields,
  }));
  /** What is said about no field in particular. */
  protected readonly otherFailure = computed(() => {
    const failure = this.failure();
    return failure !== null && Object.keys(failure.fields).length === 0 ? failure : null;
  });

  protected set<K extends keyof MeterDraft>(field: K, value: MeterDraft[K]): void {
    this.result.set(null);
    this.draft.update((draft) => ({ ...draft, [field]: value }));
  }

  protected setKind(kind: MeterKind): void {
    const { name, host, calibration, enabled } = this.draft();
    this.result.set(null);
    this.draft.set({ ...emptyMeter(kind, host), name, calibration, enabled });
  }

  protected setSetting(field: SettingField, value: string): void {
    this.set('settings', { ...this.draft().settings, [field]: value });
  }

  protected test(): void {
    const subject = this.subject();
    const body: MeterTestInput = { ...this.input(), ...(subject === null ? {} : { id: subject.id }) };
    this.action.reset();
    this.result.set(null);
    void this.testing.run(this.http.post<MeterTest>('/api/meters/test', withoutEmptyName(body)), (result) =>
      this.result.set(result),
    );
  }

  protected save(): void {
    this.wasSubmitted.set(true);
    if (this.draft().name.trim() === '') return;
    this.testing.reset();
    const subject = this.subject();
    const { kind, ...change } = this.input();
    const request =
      subject === null
        ? this.http.post<MeterItem>('/api/meters', { kind, ...change })
        : this.http.patch<MeterItem>(`/api/meters/${subject.id}`, change);
    void this.action.run(request, ({ name }) => {
      this.toasts.show(`${name} is saved.`);
      this.saved.emit();
      this.dialog().close();
    });
  }

  private input(): MeterInput {
    const draft = this.draft();
    const host = draft.host === '' ? (this.hosts()[0] ?? '') : draft.host;
    return toMeterInput({ ...draft, host }, (this.subject() ?? this.found())?.settings.modelWatts);
  }
}

/** A meter can be tried before it has a name. */
function withoutEmptyName({ name, ...rest }: MeterTestInput): MeterTestInput {
  return name === undefined || name === '' ? rest : { name, ...rest };
}
