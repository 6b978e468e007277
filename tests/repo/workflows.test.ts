import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = '.github/workflows';
const workflows = new Map(readdirSync(folder).map((name) => [name, parse(readFileSync(join(folder, name), 'utf8')) as Workflow]));
const jobs = [...workflows].flatMap(([name, workflow]) =>
  Object.entries(workflow.jobs).map(([job, value]) => [`${name} ${job}`, value] as const),
);
const steps = jobs.flatMap(([name, { steps: list = [] }]) => list.map((step) => ({ name, ...step })));

test('there is a workflow for the check, one for the image and one for a release', () => {
  assert.deepEqual([...workflows.keys()].sort(), ['ci.yml', 'image.yml', 'release.yml']);
});

test('the check runs .ci/run on Node 20 and 24', () => {
  const [job] = Object.values(workflows.get('ci.yml')?.jobs ?? {});

  assert.deepEqual(job?.strategy?.matrix.node, [20, 24]);
  assert.ok(job?.steps?.some(({ run }) => run === '.ci/run'));
});

test('a release is checked before anything of it is public', () => {
  const { check, image, publish } = (workflows.get('release.yml')?.jobs ?? {}) as Record<string, Job & { needs?: string | string[] }>;

  assert.ok(check?.steps?.some(({ run }) => run === '.ci/run'));
  assert.equal(image?.needs, 'check');
  assert.deepEqual(publish?.needs, ['check', 'image']);
});

test('every workflow may only read by default, every job ends, every action has a version', () => {
  for (const [name, { permissions }] of workflows) assert.deepEqual(permissions, { contents: 'read' }, name);
  for (const [name, job] of jobs) assert.ok(job.uses !== undefined || (job['timeout-minutes'] ?? 0) > 0, name);
  const actions = steps.filter(({ uses }) => uses !== undefined);
  assert.ok(actions.length > 5);
  for (const { name, uses = '' } of actions) assert.match(uses, /^[\w-]+\/[\w-]+@v\d/, name);
});

test('every script that a workflow runs is there', () => {
  const scripts = steps.flatMap(({ run = '' }) => run.match(/\.ci\/[\w-]+/g) ?? []);

  assert.ok(scripts.length >= 3);
  assert.deepEqual(
    scripts.filter((script) => !existsSync(script)),
    [],
  );
});

test('the notes of a release are its part of the changelog, and a version without one has no release', () => {
  const notesOf = (version: string) => spawnSync('.ci/release-notes', [version], { encoding: 'utf8' });
  const [, version = ''] = /^## \[(.+?)\]/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];

  const { status, stdout } = notesOf(version);

  assert.equal(status, 0);
  assert.match(stdout, /^### \w+\n/);
  assert.doesNotMatch(stdout, /^## /m);
  assert.equal(notesOf('0.0.0-none').status, 1);
});
