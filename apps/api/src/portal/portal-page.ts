import { randomBytes } from 'node:crypto';

/** What Angular's build leaves where the nonce of the answer belongs. */
const PLACEHOLDER = '__CSP_NONCE__';

/** A page and the policy under which it runs. */
export interface PortalPage {
  html: string;
  contentSecurityPolicy: string;
}

/** What the browser shall ask for while it still reads the page. */
export interface Preloads {
  /** File names of ES modules. */
  scripts: readonly string[];
  /** Paths of the API whose answers the page needs before it can ask anything else. */
  answers: readonly string[];
}

/**
 * `index.html` for one answer: scripts and styles run only with this answer's nonce, and requests go to this plane and
 * to the gateway's, which the playground asks like any program.
 */
export function portalPage(index: string, gatewayOrigin: string, preloads: Preloads): PortalPage {
  const nonce = randomBytes(16).toString('base64');
  return {
    html: withPreloads(index.replaceAll(PLACEHOLDER, nonce), preloads),
    contentSecurityPolicy: pagePolicy(nonce, gatewayOrigin),
  };
}

/** What a browser shows while the portal has not been built. */
export const MISSING_BUILD_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Ollameter</title></head>
<body>
<h1>The portal is not built</h1>
<p>The gateway and its API run, but the folder <code>apps/admin/dist/browser</code> holds no portal.</p>
<p>Build it with <code>npx nx build admin</code>, then reload this page.</p>
</body>
</html>
`;

/**
 * Answers before everything else, scripts after those of every page. `crossorigin` is how `fetch` asks where it is told
 * nothing else: the browser hands the answer to that request.
 */
function withPreloads(html: string, { scripts, answers }: Preloads): string {
  const asked = answers.map((path) => `<link rel="preload" as="fetch" crossorigin href="${path}">`);
  const modules = scripts.map((name) => `<link rel="modulepreload" href="${name}">`);
  return html
    .replace('</head>', () => `${asked.join('')}</head>`)
    .replace('</body>', () => `${modules.join('')}</body>`);
}

function pagePolicy(nonce: string, gatewayOrigin: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${gatewayOrigin}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // DOMPurify cleans rendered answers; its policy is made once, by its own code.
    'trusted-types angular angular#bundler dompurify',
  ].join('; ');
}
