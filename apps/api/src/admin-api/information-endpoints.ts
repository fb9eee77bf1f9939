/**
 * Endpoints that tell or keep something and generate nothing. A completed call of one is no answered request: the
 * log's default view and the analytics leave it out.
 */
export const INFORMATION_ENDPOINTS: readonly string[] = [
  'models',
  'ollama.models',
  'ollama.manage',
  'responses.state',
];
