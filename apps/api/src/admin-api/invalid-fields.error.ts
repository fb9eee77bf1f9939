import type { Problem } from '@ollameter/admin-contract';

/** What is wrong with one field of a request. */
export type FieldError = NonNullable<Problem['errors']>[number];

/** 400: the request names fields that cannot be used. */
export class InvalidFieldsError extends Error {
  constructor(readonly errors: FieldError[]) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.name = 'InvalidFieldsError';
  }

  /** For a check that concerns one field only. */
  static of(field: string, message: string): InvalidFieldsError {
    return new InvalidFieldsError([{ field, message }]);
  }
}
