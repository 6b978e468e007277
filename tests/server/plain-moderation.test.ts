import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { promote } from '../support/staff.ts';
import { Typist } from '../support/typist.ts';

/** A server with a moderator and an ordinary account on netcat. */
async function staffed(t: Parameters<typeof startServer>[0], lang: 'en' | 'fr' = 'en') {
  const server = await startServer(t, { lang });
  const [mod, bob] = [await Typist.come(t, server), await Typist.come(t, server)];
  await mod.ask('/register mod secret', '/login mod secret');
  await bob.ask('/register bob secret', '/login bob secret');
  await promote(server, 'mod', 'moderator');
  await mod.hears(/bob/);
  return { server, mod, bob };
}

test('a moderator on netcat warns, mutes and lifts; who is hit reads it, and the ledger', async (t) => {
  const { mod, bob } = await staffed(t);

  assert.deepEqual(await mod.ask('/warn bob Please let others speak.'), ['Done (sanction 1).']);
  assert.match((await mod.ask('/mute bob 10 minutes #general flood')).join('\n'), /^Done \(sanction 2, until \[\d\d:\d\d\]\)\.$/);

  await bob.hears(/^\* Warning from mod: Please let others speak\.$/);
  await bob.hears(/^\* You are muted in #general until .+: flood$/);
  assert.match((await bob.ask('why?')).join('\n'), /^! You are muted in #general until .+: flood$/);
  const ledger = await bob.ask('/sanctions');
  assert.match(ledger.join('\n'), /^2 \[\d\d:\d\d\] mute bob #general \(mod, until \[.+\]\): flood$/m);
  assert.match(ledger.join('\n'), /^1 \[\d\d:\d\d\] warning bob \(mod\): Please let others speak\.$/m);
  const reputation = await bob.ask('/reputation');
  assert.equal(reputation[0], 'bob: 85 of 100');
  assert.match(reputation.join('\n'), /^2 \[\d\d:\d\d\] mute −10: flood$/m);
  assert.deepEqual(await mod.ask('/lift bob mute #general'), ['Lifted: 2']);
  await bob.hears(/^\* You may speak again in #general \(mod\)\.$/);
  assert.match((await mod.ask('/sanctions bob')).join('\n'), /mute bob #general \(mod, lifted by mod\): flood$/m);
  assert.deepEqual(await bob.ask('why?'), []);
});

test('who is kicked or banned on netcat is told why before the connection ends', async (t) => {
  const { server, mod, bob } = await staffed(t);

  assert.ok((await mod.ask('/kick bob Take a break.')).includes('Done (sanction 1).'));
  await bob.hears(/^! You were sent away by mod: Take a break\.$/);
  await bob.client.ended();
  assert.match((await mod.ask('/ban bob 1h insults')).join('\n'), /^Done \(sanction 2, until \[.+\]\)\.$/m);
  const again = await Typist.come(t, server);

  assert.match((await again.ask('/login bob secret')).join('\n'), /^! You are banned until .+: insults$/);
  assert.deepEqual(await mod.ask('/ban 192.0.2.0/24 flood'), ['Done (sanction 3, until it is lifted).']);
  assert.deepEqual(await mod.ask('/lift 3'), ['Lifted: 3']);
  assert.deepEqual(await mod.ask('/lift 3', '/ban nobody why'), ['! Not found.', '! Not found.']);
});

test('a report reaches the staff on netcat, and a block keeps private words out', async (t) => {
  const { mod, bob, server } = await staffed(t);
  const eve = await upgrade(await account(t, server, 'eve'));
  eve.send({ type: 'message', to: 'bob', content: 'you fool', ref: '1' });
  const { id } = await eve.expect({ type: 'ack' });

  assert.deepEqual((await bob.ask(`/report ${String(id)} insult`)).slice(-1), ['Thank you: the moderators will see it (report 1).']);
  await mod.hears(new RegExp(`^\\* bob has reported ${String(id)} \\(report 1\\): /reports \\(insult\\)$`));
  const reports = await mod.ask('/reports');
  assert.match(reports[0] ?? '', /^1 \[\d\d:\d\d\] bob: insult$/);
  assert.match(reports[1] ?? '', new RegExp(`^${String(id)} \\[\\d\\d:\\d\\d\\] <eve → bob> you fool$`));
  assert.deepEqual(await mod.ask('/resolve 1', '/reports'), ['Done.', 'Nothing.']);
  assert.deepEqual(await bob.ask('/block eve', '/block'), ['You block (1): eve', 'You block (1): eve']);
  eve.send({ type: 'message', to: 'bob', content: 'still there?', ref: '2' });
  await eve.expect({ type: 'error', ref: '2' });
  assert.deepEqual(await bob.ask('/unblock eve'), ['Nothing.']);
});

test('moderation is typed and told in French, too', async (t) => {
  const { mod, bob } = await staffed(t, 'fr');

  assert.deepEqual(await mod.ask('/avertir bob Doucement'), ['C’est fait (sanction 1).']);
  await bob.hears(/^\* Avertissement de mod : Doucement$/);
  assert.match((await bob.ask('/registre')).join('\n'), /^1 \[\d\d:\d\d\] avertissement bob \(mod\): Doucement$/);
  assert.match((await bob.ask('/réputation')).join('\n'), /^bob : 95 sur 100\n1 \[\d\d:\d\d\] avertissement −5: Doucement$/);
  assert.match((await mod.ask('/silence bob 10 spams')).join('\n'), /^« 10 » n’est pas une durée : /);
  assert.match((await mod.ask('/silence bob 10m')).join('\n'), /^Comme ceci : \/mute NOM /);
  assert.deepEqual(await mod.ask('/niveau 3'), ['! Vous n’avez pas le droit de faire cela.']);
});

test('a sanction missed on netcat stands in the inbox as one, not as a mention', async (t) => {
  const { mod, bob } = await staffed(t);

  await mod.ask('/warn bob Gently');
  await bob.hears(/Gently/);

  assert.deepEqual(await bob.ask('/inbox'), ['* warning (mod): Gently']);
});
