import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service of docker-compose.yml, as far as tests look at it. */
export interface Service {
  readonly image?: string;
  readonly build?: object;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly stop_grace_period?: string;
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** docker-compose.yml, its merge keys resolved. */
export function readCompose(): Compose {
  return parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as Compose;
}

/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The last stage of the Dockerfile: what the image is. */
export function readImage(): Instruction[] {
  const lines = readFileSync('Dockerfile', 'utf8')
    .replace(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n');
  const all = lines
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ', 1)[0] ?? '', text: line.replace(/^\w+\s+/, '') }));
  return all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
}

/** The text of the one instruction of that name. */
export function instruction(name: string): string {
  const found = readImage().filter((one) => one.name === name);
  if (found.length !== 1) throw new Error(`${found.length} instructions ${name} in the Dockerfile`);
  return found[0]?.text ?? '';
}

/** The command that an image runs, in the exec form: process 1 is the program itself, and signals reach it. */
export function imageCommand(): string[] {
  return [...(JSON.parse(instruction('ENTRYPOINT')) as string[]), ...(JSON.parse(instruction('CMD')) as string[])];
}

/** The variables that the image sets. */
export function imageEnv(): Record<string, string> {
  return Object.fromEntries([...instruction('ENV').matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));
}

/** The program of the image's HEALTHCHECK. */
export function healthProgram(): string[] {
  return JSON.parse(instruction('HEALTHCHECK').replace(/^.*?CMD /, '')) as string[];
}
