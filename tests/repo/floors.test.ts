import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

/** The house: a folder may import itself and every lower floor, never its neighbours (docs/architecture.md). */
const floors = [
  ['server/protocol', 'server/base'],
  ['server/config', 'server/transport', 'server/dialect', 'server/store', 'server/bus', 'server/passwords'],
  ['server/domain'],
  ['server/session'],
  ['server/commands', 'server/operator'],
];
/** Of the floor below it, `domain` sees these only. */
const doorsOfDomain = ['server/store/store.ts', 'server/bus/bus.ts', 'server/passwords'];
/** What stands on top of the house or beside it, and what it may see. */
const others: Readonly<Record<string, readonly string[]>> = {
  'server/main.ts': ['server'],
  'server/app.ts': ['server'],
  'server/app-accounts.ts': ['server'],
  'server/app-alerts.ts': ['server'],
  'server/app-dialects.ts': ['server'],
  'server/app-chores.ts': ['server'],
  'server/app-gateway.ts': ['server'],
  'server/gateway-auth.ts': ['server'],
  'server/gateway-open.ts': ['server'],
  'server/app-limits.ts': ['server'],
  'server/app-listen.ts': ['server'],
  'server/app-memory.ts': ['server'],
  'server/app-tls.ts': ['server'],
  'server/app-automod.ts': ['server'],
  'server/automod-file.ts': ['server'],
  'server/automod-template.ts': ['server'],
  'server/rules-file.ts': ['server'],
  'server/app-moderation.ts': ['server'],
  'server/app-parts.ts': ['server'],
  'server/operator-app.ts': ['server'],
  'server/checking.ts': ['server'],
  'server/house.ts': ['server'],
  'server/serve.ts': ['server'],
  'server/serve-lines.ts': ['server'],
  'server/serve-requests.ts': ['server'],
  'server/stopping.ts': ['server'],
  exporter: ['server/protocol', 'server/base', 'server/store'],
  'tools/client': ['server/protocol'],
  'tools/known': ['server', 'tools/cli', 'tools/client'],
  'tools/keys': ['server', 'tools/cli', 'tools/client', 'tools/pipe'],
  'tools/pipe': ['server', 'tools/cli', 'tools/client', 'tools/known', 'tools/keys'],
  'tools/tui': ['server/protocol', 'tools/client'],
  'tools/bench': ['server', 'tools'],
  'tools/bin': ['server', 'tools', 'exporter'],
  'tools/export': ['server'],
  'tools/backup': ['server', 'tools/export', 'tools/cli'],
  'tools/automod': ['server', 'tools'],
  'tools/cli': ['server', 'tools'],
  'tools/config': ['server', 'tools/cli'],
  'tools/cert': ['server', 'tools/cli'],
  'tools/operator': ['server', 'tools/cli'],
  'tools/import': ['server', 'tools/cli', 'tools/operator'],
  'tools/doctor': ['server', 'tools/cli'],
  'tools/cli.ts': ['server', 'tools', 'exporter'],
  'tools/docs.ts': ['server', 'tools/tui'],
};

const sources = new Map(['server', 'exporter', 'tools'].flatMap(sourcesUnder));

test('every import goes to the own folder or a lower floor', () => {
  assert.ok(sources.size > 20, `only ${sources.size} files were looked at`);
  assert.deepEqual(
    [...sources].flatMap(([file, text]) => violations(file, text)),
    [],
  );
});

test('the check finds an import upwards, one to the side, one of domain past its doors, and an unlisted folder', () => {
  assert.deepEqual(violations('server/base/x.ts', "import { a } from '../domain/a.ts';"), ['server/base/x.ts → server/domain/a.ts']);
  assert.deepEqual(violations('server/bus/x.ts', "import type {\n  A,\n} from '../store/store.ts';"), [
    'server/bus/x.ts → server/store/store.ts',
  ]);
  assert.deepEqual(violations('server/domain/x.ts', "export * from '../store/open.ts';"), ['server/domain/x.ts → server/store/open.ts']);
  assert.deepEqual(violations('server/session/x.ts', "await import('../app.ts');"), ['server/session/x.ts → server/app.ts']);
  assert.deepEqual(violations('server/protocol/x.ts', "import net from 'node:net';"), ['server/protocol/x.ts → node:net']);
  assert.deepEqual(violations('server/helpers/x.ts', ''), ['server/helpers/x.ts is on no floor']);
  assert.deepEqual(
    violations('server/domain/x.ts', "import { fold } from '../protocol/names.ts';\nimport type { Bus } from '../bus/bus.ts';"),
    [],
  );
});

function violations(file: string, text: string): string[] {
  const seen = visibleFrom(file);
  if (seen === null) return [`${file} is on no floor`];
  return importsOf(text)
    .map((target) => (target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target))
    .filter((target) => !isVisible(target, { file, seen }))
    .map((target) => `${file} → ${target}`);
}

/** The folders and files of ours that a file may import; null when it has no place in the house. */
function visibleFrom(file: string): readonly string[] | null {
  const isIn = (place: string) => file === place || file.startsWith(`${place}/`);
  const floor = floors.findIndex((folders) => folders.some(isIn));
  const own = [...floors.flat(), ...Object.keys(others)].find(isIn);
  if (own === undefined) return null;
  if (own === 'server/domain') return [own, ...(floors[0] ?? []), ...doorsOfDomain];
  return [own, ...floors.slice(0, Math.max(floor, 0)).flat(), ...(others[own] ?? [])];
}

/** Packages are everybody's, but for the protocol: clients import it, so it may have zod alone. */
function isVisible(target: string, { file, seen }: { file: string; seen: readonly string[] }): boolean {
  const isOurs = /^(server|exporter|tools|tests)\//.test(target);
  if (!isOurs) return !file.startsWith('server/protocol/') || target === 'zod';
  return seen.some((place) => target === place || target.startsWith(`${place}/`));
}

function importsOf(text: string): string[] {
  const forms =
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]|new URL\(\s*['"]([^'"]+\.ts)['"]/g;
  return [...text.matchAll(forms)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function sourcesUnder(top: string): [string, string][] {
  const names = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  return names.map((name) => [path.posix.join(top, name), readFileSync(path.join(top, name), 'utf8')]);
}
