import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unacknowledged } from '../../server/transport/unacknowledged.ts';

/** As Linux writes it on the processors that most have. */
const four = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:3039 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1137 1 00000000abe4ec84 100 0 0 10 0
   1: 014DC612:3039 024DC612:A220 01 00000090:00000000 01:00000F2E 00000007  1000        0 4711 2 0000000001212fbe 25600 4 0 1 2
   2: 014DC612:3039 024DC612:A221 01 00000000:00000000 02:00000B9E 00000000  1000        0 4712 2 0000000001212fbf 20 4 0 10 2
   3: 014DC612:3039 024DC612:A222 01 00020000:00000000 04:00000B9E 00000000  1000       12 4713 2 0000000001212fc0 20 4 0 10 2
   4: 014DC612:303A 024DC612:A223 01 00000090:00000000 01:00000F2E 00000007  1000        0 4714 2 0000000001212fc1 25600 4 0 1 2
   5: 014DC612:3039 024DC612:A224 04 00000090:00000000 01:00000F2E 00000007  1000        0 0 2 0000000001212fc2 25600 4 0 1 2
   6: 014DC612:3039 024DC612:A225 01 00000090:00000000 01:00000002 00000000  1000        0 4715 2 0000000001212fc3 25600 4 0 1 2
`;
const six = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF0000014DC612:3039 0000000000000000FFFF0000024DC612:A226 01 00000090:00000000 01:00000F2E 0000000A  1000        0 4716 2 0000000001212fc4 25600 4 0 1 2
   1: B80D0120000000000000000001000000:3039 B80D0120000000000000000007000000:A227 01 00000090:00000000 01:00000F2E 00000003  1000        0 4717 2 0000000001212fc5 25600 4 0 1 2
`;

function tables(t: TestContext, ...texts: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return texts.map((text, index) => {
    const path = join(folder, `${index}`);
    writeFileSync(path, text);
    return path;
  });
}

test('who does not acknowledge is read from what Linux tells, by the name under which a connection knows its peer', async (t) => {
  if (endianness() !== 'LE') return t.skip('the lines are those of another processor');

  assert.deepEqual(
    await unacknowledged(new Set([12_345]), tables(t, four, six)),
    new Map([
      ['18.198.77.2 41504', 7],
      ['18.198.77.2 41506', 12],
      ['18.198.77.2 41510', 10],
      ['2001:db8::7 41511', 3],
    ]),
  );
});

test('a table of any length is read, and one may be missing', async (t) => {
  if (endianness() !== 'LE') return t.skip('the lines are those of another processor');
  const [head = '', , ...rows] = four.trimEnd().split('\n');
  const long = `${head}\n${Array.from({ length: 2000 }, () => rows.join('\n')).join('\n')}\n`;

  const [path = ''] = tables(t, long);
  assert.equal((await unacknowledged(new Set([12_345, 12_346]), [path, `${path}-missing`]))?.size, 3);
});

test('where the system does not tell it, that is said', async (t) => {
  const [path = ''] = tables(t, four);
  assert.equal(await unacknowledged(new Set([12_345]), [`${path}-missing`, `${path}-neither`]), null);
});
