import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { configSchema } from '../../server/config/schema.ts';
import { connect, guest } from '../support/client.ts';
import { startServer } from '../support/server.ts';

const folders = ['docs/guides', 'docs/guides/fr'];
const guides = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).filter((path) => path.endsWith('.md'));

/** The fenced blocks of that language, with the page each stands on. */
function blocks(language: string): { page: string; text: string }[] {
  return guides.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)]
      .filter(([, found]) => found === language)
      .map(([, , text = '']) => ({ page, text })),
  );
}

test('every guide exists in both languages, and each leads to the other', () => {
  const [english = [], french = []] = folders.map((folder) =>
    guides.filter((page) => page.startsWith(`${folder}/`) && !page.slice(folder.length + 1).includes('/')),
  );

  assert.ok(english.length >= 7);
  assert.equal(english.length, french.length);
  for (const page of english) {
    const [, other = ''] = /\[Version française\]\((.+?)\)/.exec(readFileSync(page, 'utf8')) ?? [];
    const back = join('docs/guides', other);
    assert.ok(existsSync(back), page);
    assert.match(readFileSync(back, 'utf8'), new RegExp(`\\[English version\\]\\(\\.\\./${page.split('/').at(-1)}\\)`), back);
  }
});

test('every request that a guide shows is taken by the server', async (t) => {
  const conversations = blocks('json');

  assert.ok(conversations.length >= 4, `only ${conversations.length} were looked at`);
  for (const { page, text } of conversations) assert.deepEqual(await refusals(t, text), [], page);
});

/** The errors that a fresh server answers these lines with, Bob being there. */
async function refusals(t: TestContext, lines: string): Promise<string[]> {
  const server = await startServer(t);
  await guest(t, server, 'bob');
  const teacher = await connect(t, server);
  if (!lines.includes('"register"')) {
    const login = lines.split('\n').find((line) => line.includes('"type":"login"')) ?? '';
    teacher.write(`${login.replace('"login"', '"register"')}\n`);
    await teacher.expect({ status: 'ok' });
  }
  // What is certain to be refused comes last: all that was refused before it is heard by then.
  teacher.write(`${lines}the end\n`);
  const refused: string[] = [];
  for (let line = await teacher.line(); !/"code": ?"bad_json"/.test(line); line = await teacher.line()) {
    if (/"type": ?"error"/.test(line)) refused.push(line);
  }
  return refused;
}

test('every setting that a guide writes is one', () => {
  const files = blocks('toml').map(({ page, text }) => ({ page, text }));
  const inline = guides.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/`([a-z]+\.[a-z_]+ = [^`]+)`/g)].map(([, text = '']) => ({ page, text })),
  );

  assert.ok(files.length >= 4 && inline.length >= 10, `only ${files.length} and ${inline.length} were looked at`);
  for (const { page, text } of [...files, ...inline]) {
    const { error } = configSchema.safeParse(parseToml(text));
    assert.equal(error, undefined, `${page}: ${text}`);
  }
});

test('every setting and variable that a guide names exists', () => {
  const text = guides.map((page) => readFileSync(page, 'utf8')).join('\n');
  const sections = Object.keys(configSchema.shape).join('|');
  const named = [...text.matchAll(new RegExp(`\`(${sections})\\.([a-z_]+)(?= =|\`)`, 'g'))].map(
    ([, section = '', key = '']) => [section, key] as const,
  );
  const variables = [...text.matchAll(/CLASSCORD__([A-Z]+)__([A-Z_]+)/g)].map(
    ([, section = '', key = '']) => [section.toLowerCase(), key.toLowerCase()] as const,
  );
  const settings = configSchema.parse({}) as unknown as Record<string, Record<string, unknown>>;
  const events = /^(server\.(listen|stop|signal|report)|auth\.(code_asked|login|register)|log\.(level|suppressed))$/;

  assert.ok(named.length > 20 && variables.length >= 4, `only ${named.length} and ${variables.length} were looked at`);
  assert.deepEqual(
    [...named, ...variables].filter(([section, key]) => settings[section]?.[key] === undefined && !events.test(`${section}.${key}`)),
    [],
  );
});

test('every YAML that a guide shows is YAML, and every file of ours that it names is there', () => {
  const yaml = blocks('yaml');
  const text = guides.map((page) => readFileSync(page, 'utf8')).join('\n');
  const files = [...text.matchAll(/(?<![\w/.])((?:docs|packaging|prometheus|grafana)\/[\w./-]*\w)/g)].map(([, file = '']) => file);

  assert.ok(yaml.length >= 2 && files.length >= 10, `only ${yaml.length} and ${files.length} were looked at`);
  for (const { page, text: block } of yaml) assert.equal(typeof parseYaml(block), 'object', page);
  assert.deepEqual(
    files.filter((file) => !existsSync(file)),
    [],
  );
});
