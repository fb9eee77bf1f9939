import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { adminRoutes } from './admin-routes.ts';
import { toDocument } from './document.ts';
import { Schemas } from './schemas.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Writes the OpenAPI document of the admin plane, read from the controllers and the types of their bodies, parameters
 * and answers: what compiles is what is described. `node tools/openapi/main.ts [FILE]`.
 */
function main(target: string): void {
  const program = apiProgram();
  const schemas = new Schemas(program);
  const problem = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.includes('problem.filter'))
    .flatMap((file) => [...nodesOf(file)])
    .find((node) => ts.isTypeReferenceNode(node) && node.typeName.getText() === 'Problem');
  if (problem === undefined) throw new Error('the type of problems is not where it was');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const routes = adminRoutes(program);
  const document = toDocument(routes, schemas, schemas.of(problem as ts.TypeNode), version);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, JSON.stringify(document, null, 1));
}

function apiProgram(): ts.Program {
  const folder = join(root, 'apps/api');
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.build.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: unknown;
  };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  return ts.createProgram(fileNames, { ...options, noEmit: true });
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

main(process.argv[2] ?? join(root, 'apps/api/dist/openapi.json'));
