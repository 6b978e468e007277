import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { exitCodes } from '../server/base/exit-codes.ts';
import { type Need, scopeTable } from '../server/commands/scopes.ts';
import { seedAliases } from '../server/config/aliases.ts';
import { settingRows, tomlValue } from '../server/config/settings.ts';
import { auditedAs } from '../server/domain/audit.ts';
import { permissionMatrix } from '../server/domain/permissions.ts';
import { operatorVerbs } from '../server/operator/table.ts';
import type { Verb } from '../server/operator/verb.ts';
import { type ErrorRow, errorCodes } from '../server/protocol/errors.ts';
import { requests } from '../server/protocol/index.ts';
import { type DocTable, docTables } from './tui/tables.ts';

/** Pages with parts that are made from the source: what stands between `<!-- generated:NAME -->` and `<!-- /generated -->`. */
export const pages = ['docs/protocol.md', 'docs/operations.md', 'docs/terminal-client.md', 'docs/terminal-client.fr.md'];

/** The requests as JSON Schema, for clients that check or generate: made whole from the schemas that check every line. */
export const schemaPath = 'docs/schema.json';

/** The parts and what makes them. */
export const makers: Readonly<Record<string, () => string>> = {
  requests: requestTable,
  permissions: permissionTable,
  scopes: scopeTableText,
  errors: errorTable,
  aliases: aliasTable,
  settings: settingTable,
  operator: operatorTable,
  'exit-codes': exitCodeTable,
  ...Object.fromEntries(
    Object.entries(docTables).flatMap(([name, make]) => [
      [name, () => docTable(make('en'))],
      [`${name}-fr`, () => docTable(make('fr'))],
    ]),
  ),
};

/** The page with every generated part made anew. Throws for an unknown part, and for a page that has none. */
export function refresh(page: string): string {
  let found = 0;
  const fresh = page.replace(/<!-- generated:(\S+) -->\n.*?<!-- \/generated -->/gs, (_part, name: string) => {
    const make = makers[name];
    if (make === undefined) throw new Error(`Nothing makes the part “${name}”.`);
    found += 1;
    return `<!-- generated:${name} -->\n\n${make()}\n\n<!-- /generated -->`;
  });
  if (found === 0) throw new Error('The page has no generated part.');
  return fresh;
}

/** Whether a page of the repository is what `npm run docs` would write. */
export function isFresh(path: string): boolean {
  const page = read(path);
  return refresh(page) === page;
}

/** The text of `docs/schema.json`: one definition per request type, and a line is one of them. */
export function schemaText(): string {
  const definitions = Object.entries(requests).map(([type, { schema, example, doc }]) => {
    const { $schema, ...form } = z.toJSONSchema(schema, { io: 'input' });
    return [type, { description: doc, examples: [example], ...form }] as const;
  });
  const page = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A line from a ClassCord client (v2)',
    oneOf: definitions.map(([type]) => ({ $ref: `#/$defs/${type}` })),
    $defs: Object.fromEntries(definitions),
  };
  return `${JSON.stringify(page, null, 2)}\n`;
}

/** Whether `docs/schema.json` is what `npm run docs` would write. */
export function isSchemaFresh(): boolean {
  return existsSync(new URL(`../${schemaPath}`, import.meta.url)) && read(schemaPath) === schemaText();
}

function requestTable(): string {
  const rows = Object.entries(requests).map(([type, { schema, example, errors, doc }]) => [
    `${code(type)}<br>${doc}`,
    fields(z.toJSONSchema(schema, { io: 'input' }) as Form),
    errors.map(code).join(' ') || '–',
    code(JSON.stringify(example)),
  ]);
  return table(['request', 'fields beside `type` and `ref`', 'may be refused with', 'example'], rows);
}

function docTable({ heads, rows }: DocTable): string {
  return table(
    heads,
    rows.map(([typed, ...others]) => [code(typed), ...others]),
  );
}

function errorTable(): string {
  const rows = Object.entries<ErrorRow>(errorCodes).map(([name, { doc, fatal, retryable, http, exit }]) => [
    code(name),
    doc,
    fatal ? 'yes' : '–',
    retryable ? 'yes' : '–',
    http,
    exit,
  ]);
  return table(['code', 'meaning', 'ends the connection', 'try again', 'HTTP', 'exit'], rows);
}

/** Requests by the scope that they need; of those with several forms the first counts. */
function scopeTableText(): string {
  const rows = (['read', 'post', 'manage', 'moderate', 'any', 'never'] as const).map((need) => {
    const types = Object.entries(scopeTable).filter(([, own]) => (typeof own === 'function' ? 'manage' : (own as Need)) === need);
    return [need === 'any' ? 'none' : need === 'never' ? 'no token may' : code(need), types.map(([type]) => code(type)).join(' ')];
  });
  return table(['scope', 'requests'], rows);
}

/** What `public` and `no` mean stands beside the table. */
function permissionTable(): string {
  const matrix = permissionMatrix();
  const shown = { yes: 'yes', public: 'public', no: '–' } as const;
  const rows = matrix.map(({ permission, roles }) => [
    code(permission),
    ...Object.values(roles).map((answer) => shown[answer]),
    auditedAs[permission].map(code).join(' ') || '–',
  ]);
  return table(['action', ...Object.keys(matrix[0]?.roles ?? {}), 'in the audit'], rows);
}

function aliasTable(): string {
  const rows = Object.entries(seedAliases).map(([name, keys]) => [code(name), keys.map(code).join(', ')]);
  return table(['variable', 'setting'], rows);
}

function settingTable(): string {
  const rows = settingRows().map(({ key, type, default: preset, doc }) => [code(key), code(short(tomlValue(preset))), type, doc]);
  return table(['setting', 'default', 'form', 'what it does'], rows);
}

function operatorTable(): string {
  const rows = Object.entries<Verb>(operatorVerbs)
    .filter(([, { isInner }]) => isInner !== true)
    .map(([name, { input, args, fields, summary, kind, example }]) => {
      const { required = [] } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
      const argument = (field: string) => {
        const value = fields[field]?.value ?? field.toUpperCase();
        return required.includes(field) ? value : `[${value}]`;
      };
      const flag = (field: string) =>
        `--${field.replaceAll('_', '-')}${fields[field]?.value === undefined ? '' : ` ${fields[field].value}`}`;
      const flags = Object.keys(fields).filter((field) => !args.includes(field) && fields[field]?.isRead !== true);
      const asks = kind === 'destroy' ? ' Asks first.' : '';
      return [code([name, ...args.map(argument)].join(' ')), flags.map(flag).map(code).join(' ') || '–', summary.en + asks, code(example)];
    });
  return table(['`classcord …`', 'flags', 'what it does', 'example'], rows);
}

function exitCodeTable(): string {
  const rows = Object.values(exitCodes).map(({ code: number, doc }) => [number, doc]);
  return table(['exit code', 'meaning'], rows);
}

/** As much of JSON Schema as our schemas use. `internal` marks what is never on the wire. */
interface Form {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly internal?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Form;
  readonly properties?: Readonly<Record<string, Form>>;
  readonly required?: readonly string[];
}

function fields(schema: Form): string {
  const shown = Object.entries(schema.properties ?? {}).filter(([name, form]) => name !== 'type' && name !== 'ref' && !form.internal);
  const lines = shown.map(([name, form]) => `${code(name + (schema.required?.includes(name) ? '' : '?'))} ${formOf(form)}`);
  return lines.join('<br>') || '–';
}

function formOf(form: Form): string {
  if (form.const !== undefined) return JSON.stringify(form.const);
  if (form.enum) return form.enum.map(code).join(' or ');
  if (form.items) return `list of ${formOf(form.items)}`;
  const length = form.maxLength === undefined ? '' : `, ${form.minLength ?? 0}–${form.maxLength} characters`;
  return `${form.type === 'object' ? 'flat object' : form.type}${length}`;
}

/** Numbers with at most three digits after the point. */
function short(value: string): string {
  return value.replace(/\d+\.\d{4,}/g, (number) => String(Number(Number(number).toFixed(3))));
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: unknown): string {
  return `\`${String(text)}\``;
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** `npm run docs` writes the generated parts; with `--check` it only tells which pages are stale, and fails. */
function main(isCheck: boolean): void {
  const stale = pages.filter((page) => !isFresh(page));
  for (const page of stale) {
    if (isCheck) process.stderr.write(`${page} is stale: run “npm run docs”.\n`);
    else writeFileSync(new URL(`../${page}`, import.meta.url), refresh(read(page)));
  }
  if (!isSchemaFresh()) {
    stale.push(schemaPath);
    if (isCheck) process.stderr.write(`${schemaPath} is stale: run “npm run docs”.\n`);
    else writeFileSync(new URL(`../${schemaPath}`, import.meta.url), schemaText());
  }
  if (isCheck && stale.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
