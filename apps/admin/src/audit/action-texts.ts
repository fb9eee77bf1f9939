/** What somebody did, as a person would say it, by the audit's word for it. */
const ACTIONS: Readonly<Record<string, string>> = {
  'alias.change': 'changed the alias',
  'alias.create': 'made the alias',
  'alias.delete': 'deleted the alias',
  'key.change': 'changed the key',
  'key.create': 'made the key',
  'key.delete': 'deleted the key',
  'key.revoke': 'revoked the key',
  'key.rotate': 'rotated the key',
  'limits.change': 'changed the limits of',
  'meter.change': 'changed the meter',
  'meter.create': 'added the meter',
  'meter.delete': 'deleted the meter',
  'meter.test': 'tested the meter',
  'model.change': 'changed the model',
  'model.delete': 'deleted the model',
  'model.load': 'loaded the model',
  'model.pull': 'pulled the model',
  'model.unload': 'unloaded the model',
  'request.cancel': 'cancelled the request',
  'request.erase': 'erased the texts of',
  'request.read': 'opened the prompt of',
  'session.end': 'ended sessions of',
  'session.start': 'signed in',
  'setting.change': 'changed',
  'tariff.change': 'changed the tariff',
  'tariff.create': 'added the tariff',
  'tariff.delete': 'deleted the tariff',
  'tariff.fetch_prices': 'fetched prices for',
  'tariff.import_prices': 'imported prices for',
  'token.create': 'made the token',
  'token.delete': 'deleted the token',
  'totp.disable': 'turned off the second factor of',
  'totp.enable': 'turned on the second factor of',
  'totp.renew_recovery_codes': 'renewed the recovery codes of',
  'user.change': 'changed the account of',
  'user.change_password': 'changed the password of',
  'user.create': 'invited',
  'user.delete': 'deleted the account of',
  'user.reset_password': 'reset the password of',
};

/** What the filter offers: a kind of action, or one that people ask for often. */
export const ACTION_CHOICES: readonly (readonly [action: string, name: string])[] = [
  ['request.read', 'Prompts opened'],
  ['request', 'Requests: opened, erased, cancelled'],
  ['session', 'Sign-ins and sessions'],
  ['user', 'People'],
  ['totp', 'Second factors'],
  ['token', 'API tokens'],
  ['key', 'Keys'],
  ['limits', 'Limits'],
  ['setting', 'Settings'],
  ['model', 'Models'],
  ['alias', 'Aliases'],
  ['tariff', 'Tariffs'],
  ['meter', 'Meters'],
];

/** An action that has no words yet is told by its own: `key.import` as "key import". */
export function actionText(action: string): string {
  return ACTIONS[action] ?? action.replaceAll(/[._]/g, ' ');
}
