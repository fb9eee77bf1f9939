export * from './chat/chat-completion';
export * from './chat/chat-request';
export * from './check/body-check';
export * from './check/nullable';
export * from './error/error-envelope';
export * from './models/model-list';
export * from './sse/sse-frame';
