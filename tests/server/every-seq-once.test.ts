import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { account } from '../support/client.ts';
import { Member } from '../support/member.ts';
import { startServer } from '../support/server.ts';

const names = ['ann', 'ben', 'cat'] as const;
const who = fc.nat({ max: names.length - 1 });

/** `flood` is more than the kernel keeps for somebody who does not read. */
type Step = readonly [what: 'say' | 'flood' | 'cut' | 'resume' | 'stop reading' | 'read on', who: number, count: number];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant('say' as const), who, fc.integer({ min: 1, max: 20 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('flood' as const), who, fc.integer({ min: 60, max: 90 })) },
  {
    weight: 8,
    arbitrary: fc.tuple(
      fc.constantFrom('cut' as const, 'resume' as const, 'stop reading' as const, 'read on' as const),
      who,
      fc.constant(0),
    ),
  },
);

test('whatever the order of sends, cuts, resumes and slow reading, every member has each seq once and in order', async (t) => {
  const server = await startServer(t, {
    set: ['limits.outbox_soft_bytes=65536', 'limits.outbox_soft_s=600', 'limits.outbox_bytes=268435456'],
  });
  for (const name of names) await (await account(t, server, name)).leave();
  const members: Member[] = [];
  for (const name of names) members.push(await Member.come(t, server, name));

  const play = async ([what, index, count]: Step) => {
    const member = members[index] as Member;
    if (member.isCut) {
      if (what === 'resume') await member.resume();
    } else if (what === 'say') member.say(count);
    else if (what === 'flood') await member.flood(count);
    else if (what === 'cut') member.cut();
    else if (what === 'stop reading') member.stopReading();
    else if (what === 'read on') member.readOn();
  };

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
      for (const each of steps) await play(each);
      for (const member of members) {
        if (member.isCut) await member.resume();
        member.readOn();
      }
      const marks: number[] = [];
      for (const member of members) marks.push(await member.mark());
      for (const member of members) await member.hearUpTo(Math.max(...marks));

      const [first, ...others] = members as [Member, ...Member[]];
      assert.equal(first.heard.length, first.last);
      for (const other of others) assert.deepEqual(other.heard, first.heard);
    }),
    {
      numRuns: 12,
      endOnFailure: true,
      includeErrorInReport: true,
      examples: [
        [
          [
            ['stop reading', 0, 0],
            ['flood', 1, 90],
            ['flood', 2, 60],
            ['say', 1, 5],
            ['read on', 0, 0],
            ['say', 2, 5],
          ],
        ],
        [
          [
            ['stop reading', 0, 0],
            ['flood', 1, 90],
            ['flood', 2, 60],
            ['cut', 0, 0],
            ['say', 1, 5],
            ['cut', 1, 0],
            ['resume', 0, 0],
          ],
        ],
      ],
    },
  );

  const gaps = members.reduce((sum, member) => sum + member.gaps, 0);
  assert.ok(gaps > 0, 'nobody read slowly enough to be told a gap');
  t.diagnostic(`${members[0]?.last} messages, ${gaps} gaps`);
});
