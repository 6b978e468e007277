import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const pages = [
  ...readdirSync('.'),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => path.join('docs', name)),
].filter((name) => name.endsWith('.md'));

test('every link between the pages of the documentation leads to a page and a heading that exist', () => {
  const links = pages.flatMap(linksOf);

  assert.ok(links.length > 20, `only ${links.length} links were looked at`);
  assert.deepEqual(
    links.filter(({ file, anchor }) => !leadsSomewhere(file, anchor)).map(({ from, target }) => `${from} → ${target}`),
    [],
  );
});

function linksOf(from: string): { from: string; target: string; file: string; anchor: string }[] {
  const targets = [...readFileSync(from, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { from, target, file: file === '' ? from : path.join(path.dirname(from), file), anchor };
    });
}

/** Anchors as GitHub makes them of headings. */
function leadsSomewhere(file: string, anchor: string): boolean {
  if (!existsSync(file)) return false;
  if (anchor === '') return true;
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.some(
    (heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-') === anchor,
  );
}
