/** PostgreSQL's text holds no NUL and no lone surrogate; both become U+FFFD. */
export function storableText(value: string): string {
  return value.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
