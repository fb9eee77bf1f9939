/** Where Nest tells of its own start: a line for each module and route, hundreds of them. */
const FRAMEWORK = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** True for the context of a line that only a developer of ours wants, at level debug. */
export function isOfFramework(context: unknown): boolean {
  return FRAMEWORK.has(context);
}
