import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

/** Rules that must bite, each with a file that breaks it. Three of them are still in Biome's nursery, so a new version may lose them. */
const planted: Readonly<Record<string, readonly [file: string, text: string]>> = {
  noFloatingPromises: ['server/a.ts', 'async function work(): Promise<void> {}\nexport function go(): void {\n  work();\n}\n'],
  noMisusedPromises: [
    'server/b.ts',
    "const ready = async (): Promise<boolean> => true;\nexport const go = (): string => (ready() ? 'yes' : 'no');\n",
  ],
  useExhaustiveSwitchCases: [
    'server/c.ts',
    "type Light = 'red' | 'green';\nexport function go(light: Light): number {\n  switch (light) {\n    case 'red':\n      return 1;\n  }\n  return 0;\n}\n",
  ],
  noExplicitAny: ['server/d.ts', 'export const anything = (value: any): string => String(value);\n'],
  useImportType: ['server/e.ts', "import { Server } from 'node:net';\n\nexport type Door = Server;\n"],
  noUnusedVariables: ['server/f.ts', 'export function go(): void {\n  const forgotten = 1;\n}\n'],
  noDefaultExport: ['server/g.ts', 'export default 1;\n'],
  noProcessEnv: ['server/h.ts', "export const home = (): string | undefined => process.env['HOME'];\n"],
  noExcessiveLinesPerFile: ['server/i.ts', 'export const line = 1;\n// one more\n'.repeat(126)],
  noImportCycles: ['server/j.ts', "import { two } from './k.ts';\n\nexport const one = (): number => two();\n"],
  useMaxParams: ['server/l.ts', 'export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n'],
  useFilenamingConvention: ['server/CamelCase.ts', 'export const a = 1;\n'],
  format: ['server/m.ts', 'export const a  =  "double"\n'],
};
const honest = ['server/k.ts', "import { one } from './j.ts';\n\nexport const two = (): number => one();\n"] as const;

test('every planted fault is found by the linter with our settings, and told by its exit code', (t) => {
  const { status, report } = lint(t, [...Object.values(planted), honest]);

  assert.equal(status, 1);
  for (const [rule, [file]] of Object.entries(planted)) {
    assert.ok(
      report.some((line) => line.includes(rule) && line.includes(file)),
      `${rule} does not bite in ${file}`,
    );
  }
});

test('a clean file passes', (t) => {
  assert.deepEqual(lint(t, [['server/a.ts', 'export const one = (): number => 1;\n']]), { status: 0, report: [] });
});

/** Runs the very command of `npm run lint` over these files in a folder of their own. */
function lint(t: TestContext, files: readonly (readonly [file: string, text: string])[]): { status: number | null; report: string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'lint-bites-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'server'));
  for (const name of ['biome.json', '.gitignore', 'package.json', 'tsconfig.json']) cpSync(name, path.join(folder, name));
  for (const [file, text] of files) writeFileSync(path.join(folder, file), text);

  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { lint: string } };
  const [command = '', ...args] = scripts.lint.split(' ');
  const options = ['--max-diagnostics=none', '--reporter=github'];
  const { status, stdout } = spawnSync(path.resolve('node_modules/.bin', command), [...args, ...options], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, report: stdout.split('\n').filter((line) => line !== '') };
}
