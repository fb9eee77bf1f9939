/** What an output item's id begins with. */
export type ItemPrefix = 'msg' | 'rs' | 'fc';

const RESPONSE_ID = /^resp_[0-9a-f]{32}$/;
const ITEM_ID = /^(?:msg|rs|fc|item)_([0-9a-f]{32})[0-9a-f]{4}$/;

/**
 * Mints the ids of one response's items. They hold the response's own id, so that a reference to an item finds the
 * response that it belongs to without an index.
 */
export function itemIdMint(responseId: string): (prefix: ItemPrefix) => string {
  let next = 0;
  return (prefix) => itemId(prefix, responseId, next++);
}

/** The id of a request's own input item at this place, where the client gave none. */
export function inputItemId(responseId: string, place: number): string {
  return itemId('item', responseId, place);
}

/** Whether an id can be one of ours; what clients send instead is asked of no database. */
export function isResponseId(id: string): boolean {
  return RESPONSE_ID.test(id);
}

/** The response that an item belongs to by its id; null for an id that is not ours. */
export function responseOfItem(id: string): string | null {
  const hex = ITEM_ID.exec(id)?.[1];
  return hex === undefined ? null : `resp_${hex}`;
}

function itemId(prefix: ItemPrefix | 'item', responseId: string, place: number): string {
  return `${prefix}_${responseId.slice('resp_'.length)}${place.toString(16).padStart(4, '0')}`;
}
