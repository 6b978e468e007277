import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigProblem } from './problems.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
  /** The name, and for one of `.env` the line. */
  readonly origin: string;
}

/** The variables that are set and not empty, by name: those of `.env` in the working directory, then the real ones over them. */
export type Variables = ReadonlyMap<string, Variable>;

export type Environment = Readonly<Record<string, string | undefined>>;

export function readVariables(env: Environment, cwd: string): Variables {
  const real = new Map(named(env, (name) => name));
  // A real NAME_FILE hides the NAME of .env too, and the other way round: they say the same thing.
  const hidden = new Set([...real.keys()].flatMap((name) => [name, `${name}_FILE`, name.replace(/_FILE$/, '')]));
  const fromFile = dotEnv(cwd).filter(([name]) => !hidden.has(name));
  return new Map([...fromFile, ...real]);
}

/** The text of the variable `name`, or of the file that `name_FILE` names (container secrets); null when neither is set. */
export function variableText(variables: Variables, name: string, cwd: string): Variable | null {
  const direct = variables.get(name);
  const indirect = variables.get(`${name}_FILE`);
  if (indirect === undefined) return direct ?? null;
  if (direct !== undefined) throw new ConfigProblem(indirect.origin, 'twice', { name });
  return { name: indirect.name, origin: indirect.origin, value: secretFile(indirect, cwd) };
}

function named(env: Environment, originOf: (name: string) => string): [string, Variable][] {
  return Object.entries(env).flatMap(([name, value]) => (value ? [[name, { name, value, origin: originOf(name) }]] : []));
}

function dotEnv(cwd: string): [string, Variable][] {
  let text: string;
  try {
    text = readFileSync(join(cwd, '.env'), 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw new ConfigProblem('.env', 'unreadable', { path: '.env', code: codeOf(cause) });
  }
  const lines = text.split('\n').map((line) =>
    line
      .replace(/^\s*(export\s+)?/, '')
      .split('=')[0]
      ?.trim(),
  );
  return named(parseEnv(text), (name) => `.env:${lines.lastIndexOf(name) + 1} ${name}`);
}

function secretFile({ origin, value: path }: Variable, cwd: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), 'utf8').trimEnd();
  } catch (cause) {
    throw new ConfigProblem(origin, 'unreadable', { path, code: codeOf(cause) });
  }
  if (text === '') throw new ConfigProblem(origin, 'empty_file', { path });
  return text;
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
