export const ENTITIES: readonly never[] = [];
