import { hasBrowser } from '../../../../tools/bench/launch-browser.ts';

/** Like `describe`; without a browser on the machine the tests are skipped. */
export const describeInBrowser = hasBrowser ? describe : describe.skip;
