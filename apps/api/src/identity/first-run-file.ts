/** In `DATA_DIR`: the secrets of a first run that no parent could show; deleted at the first login. */
export const FIRST_RUN_FILE = 'first-run-secrets.txt';
