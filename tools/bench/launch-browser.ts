import { existsSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => existsSync(path));

export const hasBrowser = executablePath !== undefined;

/** @param args more switches of Chromium */
export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    // Containers and root have no user namespaces for Chromium's sandbox.
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
  });
}
