/** Secrets made at the first run; sent once to the parent that started the API, never stored. */
export interface FirstRunMessage {
  type: 'first-run';
  adminEmail: string;
  /** Null where the environment gave the password. */
  adminPassword: string | null;
  /** Null where the environment gave a key. */
  apiKey: string | null;
}

/** The API listens on both planes. */
export interface ReadyMessage {
  type: 'ready';
  gatewayUrl: string;
  adminUrl: string;
  ollama: { url: string; reachable: boolean; demo: boolean }[];
  defaultModel: string;
}

/** The API cannot start; one line for the terminal. */
export interface StartFailedMessage {
  type: 'start-failed';
  reason: string;
}

/** What the API tells the process that forked it, over Node's IPC channel. */
export type StartMessage = FirstRunMessage | ReadyMessage | StartFailedMessage;
