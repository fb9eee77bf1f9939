import type { SettingItem } from '@ollameter/admin-contract';
import { getMetadataStorage } from 'class-validator';
import { Environment } from './environment';

export type SettingShape = Pick<SettingItem, 'type' | 'min' | 'max' | 'choices'>;

const TEXT: SettingShape = { type: 'text', min: null, max: null, choices: null };

/** What a variable's value looks like, told by the rules that check it at the start. */
export function shapeOf(variable: keyof Environment): SettingShape {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(Environment, '', false, false)
    .filter(({ propertyName }) => propertyName === variable);
  const constraint = (name: string): unknown => rules.find((rule) => rule.name === name)?.constraints[0];
  const has = (name: string) => rules.some((rule) => rule.name === name);
  const choices = constraint('isIn');
  if (Array.isArray(choices)) {
    const isFlag = choices.join() === 'true,false';
    return { ...TEXT, type: isFlag ? 'boolean' : 'choice', choices: isFlag ? null : (choices as string[]) };
  }
  if (has('isTimeZone')) return { ...TEXT, type: 'zone' };
  if (!has('isInt') && !has('isNumber')) return TEXT;
  return {
    type: has('isInt') ? 'integer' : 'number',
    min: numberOf(constraint('min')),
    max: numberOf(constraint('max')),
    choices: null,
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
