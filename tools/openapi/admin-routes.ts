import ts from 'typescript';

/** One route of the admin plane, as its controller declares it. */
export interface AdminRoute {
  /** `UsersController.create`. */
  handler: string;
  method: string;
  /** `/api/users/{id}`. */
  path: string;
  /** What its caller needs; `public` is nothing. */
  access: string;
  /** The comment above the handler. */
  description: string;
  /** Of a success; 204 has no body. */
  status: number;
  /** `text/event-stream` and the like, where the answer is no JSON. */
  stream: boolean;
  answer: ts.TypeNode | null;
  body: ts.TypeNode | null;
  query: ts.TypeNode | null;
  params: ts.TypeNode | null;
}

const METHODS = new Map([
  ['Get', 'get'],
  ['Post', 'post'],
  ['Put', 'put'],
  ['Patch', 'patch'],
  ['Delete', 'delete'],
  ['Sse', 'get'],
]);

/** All routes of all classes that are decorated with `@AdminController`. */
export function adminRoutes(program: ts.Program): AdminRoute[] {
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.endsWith('.controller.ts'))
    .flatMap((file) => file.statements.filter(ts.isClassDeclaration))
    .flatMap((controller) => {
      const base = argument(controller, 'AdminController');
      return base === undefined
        ? []
        : controller.members.flatMap((member) => routeOf(controller, base, member));
    });
}

function routeOf(controller: ts.ClassDeclaration, base: string, member: ts.ClassElement): AdminRoute[] {
  if (!ts.isMethodDeclaration(member) || !ts.isIdentifier(member.name)) return [];
  const decorator = decoratorsOf(member).find(({ name }) => METHODS.has(name));
  if (decorator === undefined) return [];
  const sseMethod = /RequestMethod\.(\w+)/.exec(decorator.call.arguments[1]?.getText() ?? '')?.[1];
  const method = sseMethod?.toLowerCase() ?? METHODS.get(decorator.name) ?? 'get';
  const code = argument(member, 'HttpCode');
  return [
    {
      handler: `${controller.name?.text ?? ''}.${member.name.text}`,
      method,
      path: toPath(base, argument(member, decorator.name) ?? ''),
      access: argument(member, 'Permission') ?? 'public',
      description: commentOf(member),
      status: code === undefined ? (method === 'post' ? 201 : 200) : Number(code),
      stream: decorator.name === 'Sse',
      answer: unwrapped(member.type),
      body: parameterType(member, 'Body'),
      query: parameterType(member, 'Query'),
      params: parameterType(member, 'Param'),
    },
  ];
}

function decoratorsOf(node: ts.HasDecorators): { name: string; call: ts.CallExpression }[] {
  return (ts.getDecorators(node) ?? []).flatMap(({ expression }) =>
    ts.isCallExpression(expression) ? [{ name: expression.expression.getText(), call: expression }] : [],
  );
}

/** The first argument of a decorator, as text; '' where it has none, undefined where it is not there. */
function argument(node: ts.HasDecorators, name: string): string | undefined {
  const decorator = decoratorsOf(node).find((each) => each.name === name);
  if (decorator === undefined) return undefined;
  const [first] = decorator.call.arguments;
  if (first === undefined) return '';
  return ts.isStringLiteralLike(first) || ts.isNumericLiteral(first) ? first.text : first.getText();
}

function parameterType(method: ts.MethodDeclaration, decorator: string): ts.TypeNode | null {
  return method.parameters.find((parameter) => argument(parameter, decorator) !== undefined)?.type ?? null;
}

/** What stands in `Promise<…>`; null for nothing, and for what is written by hand. */
function unwrapped(type: ts.TypeNode | undefined): ts.TypeNode | null {
  if (type === undefined || type.kind === ts.SyntaxKind.VoidKeyword) return null;
  if (!ts.isTypeReferenceNode(type)) return type;
  const name = type.typeName.getText();
  if (name === 'Promise') return unwrapped(type.typeArguments?.[0]);
  return name === 'Observable' || name === 'StreamableFile' || name === 'FastifyReply' ? null : type;
}

function toPath(base: string, route: string): string {
  const path = `/${base}/${route}`.replace(/\/+/g, '/').replace(/\/$/, '');
  return path.replace(/:(\w+)/g, '{$1}');
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join('\n')
    .trim();
}
