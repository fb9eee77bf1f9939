/** The path to go on to; a link may not use the login to lead elsewhere. */
export function localPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : '/';
}
