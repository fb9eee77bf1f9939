import { pieces } from './generate-text.ts';
import type { Model } from './model-catalogue.ts';
import { mintCallId, toolCallOnWire } from './tool-calls.ts';
import type { WireToolCall } from './ollama-wire.ts';
import type { DoneStep, FaultStep, QueuedScript, Script, Step } from './script.ts';

/** An answer before it is written: its records, and what the final one adds. */
export interface Answer {
  readonly steps: readonly Step[];
  /** `false`: no done record. */
  readonly done: DoneStep | false;
  /** Native mode: the calls that stand on the done record. */
  readonly doneToolCalls: readonly WireToolCall[];
  readonly script: QueuedScript | undefined;
}

/** What the model would say by itself; see `natural-answer.ts`. */
export interface NaturalAnswer {
  readonly thinking: readonly string[];
  readonly content: readonly string[];
  readonly toolCalls: readonly WireToolCall[];
  readonly reason: 'stop' | 'length';
}

/** The records of an answer: what the script fixes, the rest as the model would say it. */
export function makeAnswer(model: Model, natural: NaturalAnswer, queued: QueuedScript | undefined): Answer {
  const script: Script = queued?.script ?? {};
  const native = (script.toolCallMode ?? model.mode) === 'native';
  const calls = (script.toolCalls ?? (isScripted(script) ? [] : natural.toolCalls)).map((call, index) =>
    toolCallOnWire(call, native ? index : 0, mintCallId(call, index)),
  );
  const thinking = script.thinking === undefined ? natural.thinking : pieces(script.thinking);
  const content = script.text === undefined ? natural.content : pieces(script.text);
  const said: Step[] = [
    ...(isScripted(script) && script.thinking === undefined ? [] : thinking).map((piece) => ({
      thinking: piece,
    })),
    ...(isScripted(script) && script.text === undefined ? [] : content),
    ...(script.chunks ?? []),
    ...(native ? [] : calls.map((call) => ({ toolCalls: [call] }))),
  ];
  const reason = isScripted(script) ? 'stop' : natural.reason;
  return {
    steps: withFault(said, script.fault),
    done: script.done === false ? false : { reason, ...script.done },
    doneToolCalls: native ? calls : [],
    script: queued,
  };
}

function isScripted(script: Script): boolean {
  return [script.chunks, script.text, script.thinking, script.toolCalls].some((part) => part !== undefined);
}

function withFault(steps: Step[], fault: Script['fault']): Step[] {
  return fault === undefined ? steps : steps.toSpliced(fault.at, 0, fault.step);
}

/** Whether a step is a fault and not a record. */
export function isFault(step: Step): step is FaultStep {
  return (
    typeof step === 'object' &&
    ('raw' in step || 'errorLine' in step || 'die' in step || 'end' in step || 'stall' in step)
  );
}
