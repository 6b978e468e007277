import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { CommandError } from '../../server/base/exit-codes.ts';
import { type LoadedConfig, loadConfig, type ServeOptions } from '../../server/config/load.ts';
import type { Environment } from '../../server/config/variables.ts';

/** A temporary folder with these files, gone after the test. */
export function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'classcord-config-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** Loads with exactly these flags and variables; nothing of the machine’s own environment. */
export function load(cwd: string, options: ServeOptions = {}, env: Environment = {}): LoadedConfig {
  return loadConfig({ cwd, options, env });
}

/** The one line with which a configuration is refused. */
export function refusal(cwd: string, options: ServeOptions = {}, env: Environment = {}): string {
  try {
    loadConfig({ cwd, options, env });
  } catch (error) {
    assert.ok(error instanceof CommandError, String(error));
    assert.equal(error.exit, 'config');
    assert.ok(!error.message.includes('\n'), `one line: ${error.message}`);
    return error.message;
  }
  return assert.fail('it was accepted');
}
