import type { KeyChange, KeyInput, OwnKeys } from '@ollameter/admin-contract';
import { patternsCover } from '../../auth/model-pattern';
import { InvalidFieldsError } from '../invalid-fields.error';

/** These weigh on others, or hide from whom the machine belongs to: nobody grants them to themselves. */
const GRANTED = ['logPolicy', 'priority', 'weight', 'mayReload'] as const;

/**
 * A key as somebody without `keys:write` may make it: their own, for no other models than they were allowed.
 * @throws InvalidFieldsError naming what is not for them to say
 */
export function toOwnKey<I extends KeyInput>(input: I, userId: string, { allowedModels }: OwnKeys): I {
  refuse(input, GRANTED);
  if (input.ownerId != null && input.ownerId !== userId)
    throw InvalidFieldsError.of('ownerId', 'must be yourself');
  const asked = input.allowedModels ?? [];
  if (asked.length > 0 && !patternsCover(allowedModels, asked))
    throw InvalidFieldsError.of('allowedModels', `must be among ${allowedModels.join(', ')}`);
  return { ...input, ownerId: userId, allowedModels: asked.length > 0 ? asked : allowedModels };
}

/** Of one's own key only the words can be changed. @throws InvalidFieldsError naming anything else */
export function assertOwnChange(change: KeyChange): void {
  const words = new Set(['name', 'note']);
  refuse(
    change,
    (Object.keys(change) as (keyof KeyChange)[]).filter((field) => !words.has(field)),
  );
}

function refuse(input: KeyChange, fields: readonly (keyof KeyChange)[]): void {
  for (const field of fields)
    if (input[field] !== undefined) throw InvalidFieldsError.of(field, 'is for an admin or operator to set');
}
