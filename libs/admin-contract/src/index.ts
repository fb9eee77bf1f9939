export * from './analytics';
export * from './log-item';
export * from './outcome';
export * from './problem';
export * from './session';
export * from './start-message';
export * from './status';
