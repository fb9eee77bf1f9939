import { RE2JS } from 're2js';
import { passesLuhn } from './luhn';

export const REDACTIONS = ['email', 'phone', 'card', 'key'] as const;
export type RedactionKind = (typeof REDACTIONS)[number];

/** Every repetition is bounded, so that no text takes longer than its length warrants. */
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/gu;
const CARD = /(?<![\p{N}.])(?:\d[ -]?){12,18}\d(?![\p{N}])/gu;
const PHONE =
  /(?<![\p{L}\p{N}.-])(?:\+\d{1,3}(?:[ .()/-]{0,2}\d{1,4}){2,6}|\(\d{2,5}\)[ .-]?\d{2,4}(?:[ .-]?\d{2,4}){1,3}|\d{3}[ .-]\d{3}[ .-]\d{4}|0\d{1,4}[ /-]\d{2,5}(?:[ -]?\d{2,4}){1,3})(?!-?[\p{L}\p{N}])/gu;
const KEYS = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,10000}-----END [A-Z ]{0,30}PRIVATE KEY-----/g,
  /\beyJ[\w-]{8,4000}\.[\w-]{8,8000}\.[\w-]{8,2000}/g,
  /\b(?:sk|pk|rk)-[\w-]{16,200}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr|github_pat|glpat|hf|npm|xox[abprs])[_-][\w-]{16,250}/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bBearer [\w.~+/-]{16,4000}=*/g,
];

type Step = (text: string) => string;

const STEPS: Readonly<Record<RedactionKind, Step>> = {
  email: (text) => (text.includes('@') ? text.replace(EMAIL, '[email]') : text),
  card: (text) => text.replace(CARD, (found) => (isCard(found) ? '[card]' : found)),
  phone: (text) => text.replace(PHONE, (found) => (isPhone(found) ? '[phone]' : found)),
  key: (text) => KEYS.reduce((rest, pattern) => rest.replace(pattern, '[key]'), text),
};

/** Takes out what must not be kept: kinds that are known, and an operator's own patterns. */
export class Redaction {
  private readonly steps: readonly Step[];

  /**
   * @param patterns RE2 syntax: matched in time linear to the text, whatever the pattern
   * @throws the pattern's own error where one cannot be compiled
   */
  constructor(kinds: readonly RedactionKind[], patterns: readonly string[]) {
    // Keys and cards first: parts of them look like telephone numbers.
    const inOrder = (['key', 'card', 'email', 'phone'] as const).filter((kind) => kinds.includes(kind));
    const own = patterns.map((pattern): Step => {
      const compiled = RE2JS.compile(pattern);
      return (text) => compiled.matcher(text).replaceAll('[redacted]');
    });
    this.steps = [...inOrder.map((kind) => STEPS[kind]), ...own];
  }

  get isEmpty(): boolean {
    return this.steps.length === 0;
  }

  text(text: string): string {
    return this.steps.reduce((rest, step) => step(rest), text);
  }
}

function isCard(found: string): boolean {
  const digits = found.replace(/\D/g, '');
  return digits.length >= 13 && digits.length <= 19 && passesLuhn(digits);
}

function isPhone(found: string): boolean {
  const { length } = found.replace(/\D/g, '');
  return length >= 8 && length <= 15;
}
