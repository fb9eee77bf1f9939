import { escapeLiteral } from 'pg';

/** What a condition of the log is given. */
export type Parameter = string | number | readonly string[];

/**
 * The statement with its parameters as literals, for COPY, which takes none. As with bound parameters, the server reads
 * each as the type that its place asks for.
 */
export function inlineParameters(sql: string, parameters: readonly Parameter[]): string {
  return sql.replace(/\$(\d+)/g, (place, digits: string) => {
    const value = parameters[Number(digits) - 1];
    if (value === undefined) throw new Error(`no value for ${place}`);
    return escapeLiteral(typeof value === 'object' ? toArrayText(value) : String(value));
  });
}

function toArrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}
