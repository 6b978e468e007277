import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandTable } from '../../tools/tui/commands.ts';
import { World } from './world.ts';

describe('commands', () => {
  const asks = (line: string, world = new World().said('bob', 'a', { seq: 1, id: 11 })) => {
    world.taken();
    return world.press(`${line}<enter>`).asked();
  };

  test('ask the server in its own words', () => {
    assert.deepEqual(asks('/topic #dev Exercise 4'), [{ type: 'update', channel: '#dev', topic: 'Exercise 4' }]);
    assert.deepEqual(asks('/invite @bob #team'), [{ type: 'invite', channel: '#team', username: 'bob' }]);
    assert.deepEqual(asks('/create team private Our place'), [
      { type: 'create', channel: '#team', visibility: 'private', topic: 'Our place' },
    ]);
    assert.deepEqual(asks('/busy in an exam'), [{ type: 'status', state: 'dnd', text: 'in an exam' }]);
    assert.deepEqual(asks('/back'), [{ type: 'status', state: 'online' }]);
    assert.deepEqual(asks('/react fire'), [{ type: 'react', id: 11, emoji: '🔥', op: 'add' }]);
    assert.deepEqual(asks('/pin 11'), [{ type: 'pin', id: 11 }]);
    assert.deepEqual(asks('/mute bob 10 minutes too loud'), [{ type: 'mute', username: 'bob', reason: 'too loud', duration_s: 600 }]);
    assert.deepEqual(asks('/mute bob 10m too loud'), [{ type: 'mute', username: 'bob', reason: 'too loud', duration_s: 600 }]);
    assert.deepEqual(asks('/ban bob 2d'), [{ type: 'ban', username: 'bob', reason: '', duration_s: 172_800 }]);
    assert.deepEqual(asks('/mute bob 1h30 is odd'), [{ type: 'mute', username: 'bob', reason: 'is odd', duration_s: 5400 }]);
    assert.deepEqual(asks('/mute bob 60 too loud'), [], 'sixty of what?');
    assert.deepEqual(asks('/warn bob 3 insults'), [{ type: 'warn', username: 'bob', reason: '3 insults' }]);
    assert.deepEqual(asks('/notify none'), [{ type: 'notify', channel: '#general', level: 'none' }]);
    assert.deepEqual(asks('/raw {"type":"help","topic":"join"}'), [{ type: 'help', topic: 'join' }]);
    assert.deepEqual(asks('/readonly on'), [{ type: 'update', channel: '#general', read_only: true }]);
    assert.deepEqual(asks('/archive maybe'), []);
    assert.deepEqual(asks('/level 3 a flood of guests'), [{ type: 'level', level: 3, reason: 'a flood of guests' }]);
    assert.deepEqual(asks('/level'), [{ type: 'level' }]);
    assert.deepEqual(asks('/record bob'), [{ type: 'sanctions', username: 'bob' }]);
    assert.deepEqual(asks('/reputation'), [{ type: 'reputation' }]);
    assert.deepEqual(asks('/resolve 4'), [{ type: 'reports', resolve: 4 }]);
    assert.deepEqual(asks('/leave'), [{ type: 'leave', channel: '#general' }]);
  });

  test('mean the longest name that is known, so that what is for marie claire never goes to marie', () => {
    const known = () => new World().said('marie', 'x').said('Marie Claire', 'x');
    const told = (line: string) => {
      const world = known();
      world.taken();
      return world
        .press(`${line}<enter>`)
        .taken()
        .find((effect) => effect.do === 'say') as { place: string; content: string } | undefined;
    };
    assert.deepEqual([told('/msg marie claire psst')?.place, told('/msg marie claire psst')?.content], ['marie claire', 'psst']);
    assert.deepEqual([told('/msg marie claude psst')?.place, told('/msg marie claude psst')?.content], ['marie', 'claude psst']);
    assert.deepEqual([told('/msg "paul henri" psst')?.place, told('/msg "paul henri" psst')?.content], ['paul henri', 'psst']);
    assert.deepEqual(asks('/block @Marie Claire', known()), [{ type: 'block', username: 'Marie Claire' }]);
    assert.deepEqual(asks('/warn marie claire too loud', known()), [{ type: 'warn', username: 'marie claire', reason: 'too loud' }]);
    assert.deepEqual(asks('/search notes from:marie claire in:#dev<enter>', known()), [
      { type: 'search', query: 'notes', channel: '#dev', from: 'marie claire', limit: 50 },
    ]);
  });

  test('are explained one by one by /help and a word, in the words of the language', () => {
    const world = new World().press('/help mute<enter>');
    assert.match(world.notices()[0] ?? '', /^\/mute name \[.*\].*: silence somebody/);
    world.press('/lang fr<enter>/help /msg<enter>/help join<enter>');
    assert.deepEqual(world.notices().slice(-2), [
      '/msg nom [texte] : message privé ; sans texte, ouvre la conversation',
      '/join #canal : entrer dans un canal ; un canal public est créé au besoin',
    ]);
    assert.match(world.press('/help jion<enter>').state.hint?.text ?? '', /Il n’y a pas de \/jion. Vouliez-vous dire \/join/);
  });

  test('without what they need say how they are used, and ask nothing', () => {
    for (const [name, { usage }] of Object.entries(commandTable)) {
      if (usage.replace(/\[[^\]]*\]/g, '').trim() === '') continue;
      const world = new World();
      world.press(`/${name}<enter>`);
      assert.match(world.state.hint?.text ?? '', /^Usage: \//, name);
      assert.deepEqual(world.taken(), [], name);
    }
  });

  test('each has its text in both languages, and runs without a connection or anything open', () => {
    for (const [name, { usage, doc }] of Object.entries(commandTable)) {
      assert.ok(doc.en !== '' && doc.fr !== '' && doc.en !== doc.fr, name);
      const words = usage.replace(/[[\]]/g, '').replaceAll('…', '');
      new World({ isOnline: false }).press(`/${name} ${words}<enter>`).screen();
      new World().press(`/${name} ${words}<enter>`).screen();
    }
  });

  test('an edit without words, and nonsense as JSON, are not sent', () => {
    assert.deepEqual(asks('/edit 11'), []);
    assert.deepEqual(asks('/report 11'), []);
    assert.deepEqual(asks('/raw nonsense'), []);
    assert.deepEqual(asks('/raw {"a":1}'), []);
  });

  test('/catchup orders what was missed: mentions, open questions, announcements, counts', () => {
    const world = new World()
      .said('bob', 'chat', { channel: '#dev', seq: 1, id: 1 })
      .said('bob', 'who has the notes?', { channel: '#dev', seq: 2, id: 2 })
      .said('eve', 'which page?', { channel: '#dev', seq: 3, id: 3 })
      .said('bob', 'four', { channel: '#dev', seq: 4, id: 4, reply_to: 3 })
      .said('serveur', 'exam at nine', { channel: '#dev', seq: 5, id: 5 })
      .said('carol', 'alice, come', { channel: '#dev', seq: 6, id: 6, mentions: ['alice'] })
      .press('/catchup<enter>');
    const [text = ''] = world.notices();

    const order = [
      'mentions (1)',
      'alice, come',
      'questions without an answer (1)',
      'who has the notes?',
      'announcements (1)',
      'exam at nine',
      '#dev 6 (@1)',
    ];
    const places = order.map((part) => text.indexOf(part));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      text,
    );
    assert.ok(!places.includes(-1) && !text.includes('which page?'), text);
    assert.match(new World().press('/catchup<enter>').notices()[0] ?? '', /missed nothing/);
  });

  test('/ask asks a question that /catchup keeps until somebody answers or says /solved', () => {
    const world = new World();
    world.taken();
    const [say] = world.press('/ask how do I start<enter>').taken();
    assert.ok(say?.do === 'say');
    assert.deepEqual([say.content, say.tags], ['how do I start', { ask: true }]);
    const missed = () => new World().said('bob', 'how do I start', { channel: '#dev', seq: 1, id: 21, tags: { ask: true } });
    assert.match(missed().press('/catchup<enter>').notices()[0] ?? '', /without an answer \(1\)/);
    const solved = missed().hear({ type: 'reaction', channel: '#dev', id: 21, seq: 1, emoji: '✅', count: 1, by: 'eve', op: 'add' });
    assert.doesNotMatch(solved.press('/catchup<enter>').notices()[0] ?? '', /without an answer/);
    const asked = new World().said('bob', 'why ?', { id: 31 }).said('eve', 'hm', { id: 32 });
    assert.deepEqual(asks('/solved', asked), [{ type: 'react', id: 31, emoji: '✅', op: 'add' }]);
  });

  test('/alias keeps a command of one’s own, which completes and runs, and never hides a real one', () => {
    const world = new World().press('/alias brb /away back soon<enter>');
    assert.deepEqual(world.state.settings.aliases, { brb: '/away back soon' });
    assert.equal(world.taken().filter(({ do: what }) => what === 'save').length, 1);
    assert.deepEqual(world.press('/br<tab><enter>').asked(), [{ type: 'status', state: 'away', text: 'back soon' }]);
    world.press('/alias loop /loop<enter>/loop<enter>');
    assert.match(world.state.hint?.text ?? '', /There is no \/loop/);
    world.press('<ctrl+u>/alias back /away<enter>');
    world.taken();
    assert.deepEqual(world.press('/back<enter>').asked(), [{ type: 'status', state: 'online' }]);
    assert.deepEqual(Object.keys(world.press('/alias brb<enter>').state.settings.aliases ?? {}), ['loop', 'back']);
  });

  test('/read marks everything as read, /set keeps what is set', () => {
    const world = new World().said('bob', 'x', { channel: '#dev' });
    world.taken();
    world.press('/read<enter>');
    assert.equal(world.in('#dev').unread, 0);
    assert.deepEqual(world.taken(), [{ do: 'read', place: '#dev', seq: 1 }]);
    world.press('/theme light<enter>/lang fr<enter>');
    assert.deepEqual(world.state.settings, { lang: 'fr', background: 'light', bell: 'mentions', times: true });
    assert.equal(world.taken().filter(({ do: what }) => what === 'save').length, 2);
    assert.match(world.press('/set colour red<enter>').state.hint?.text ?? '', /theme dark\|light\|any/);
  });

  test('what a command asked is shown; what the client asks by itself is not', () => {
    const world = new World()
      .answer({ type: 'channels' }, { channels: [] })
      .on({ kind: 'refused', ask: { type: 'users' }, why: 'no', isAsked: false });
    assert.deepEqual(world.notices(), []);
    world.on({ kind: 'refused', ask: { type: 'join' }, why: 'This channel is private.', isAsked: true });
    assert.deepEqual(world.notices(), ['join: This channel is private.']);
    world.answer({ type: 'whoami' }, { username: 'alice', role: 'user' }, true);
    assert.equal(world.notices()[1], 'You are alice (user).');
  });

  test('are answered in words, in the language of the client, and never in JSON', () => {
    const at = '2026-11-22T09:00:00.000Z';
    const told = (lang: 'en' | 'fr', type: string, answer: Readonly<Record<string, unknown>>) => {
      const world = new World();
      world.state = { ...world.state, settings: { ...world.state.settings, lang } };
      return world
        .answer({ type }, { type, status: 'ok', ref: '1', ...answer }, true)
        .notices()
        .join('\n');
    };
    const sanction = {
      id: 2,
      kind: 'mute',
      username: 'bob',
      channel: '#dev',
      by: 'alice',
      reason: 'flood',
      timestamp: at,
      until: at,
      active: false,
    };
    assert.match(told('en', 'sanctions', { sanctions: [sanction] }), /^2 22\/11 \d\d:\d\d mute bob #dev \(alice, over\): flood$/);
    assert.match(told('fr', 'sanctions', { sanctions: [sanction] }), /silence bob #dev \(alice, terminé\) : flood$/);
    assert.equal(told('en', 'sanctions', { sanctions: [] }), 'nothing found');
    assert.equal(told('en', 'kick', { type: 'kick', id: 7 }), 'Done (sanction 7).');
    assert.equal(told('en', 'mute', { type: 'mute', id: 7 }), 'Done (sanction 7, until it is lifted).');
    assert.match(told('fr', 'mute', { type: 'mute', id: 7, until: at }), /^C’est fait \(sanction 7, jusqu’au 22\/11 \d\d:\d\d\)\.$/);
    assert.match(told('en', 'report', { id: 5, report: 1 }), /^Thank you: .*report 1/);
    const message = { id: 5, from: 'eve', channel: '#dev', content: 'spam\u001b[2J' };
    assert.match(
      told('en', 'reports', { reports: [{ report: 1, id: 5, by: 'bob', reason: 'rude', timestamp: at, message }] }),
      /^1 22\/11 \d\d:\d\d bob: rude — #dev eve \(5\): spam\ufffd\[2J$/,
    );
    assert.match(
      told('en', 'reputation', { username: 'bob', score: 95, lines: [{ ...sanction, now: 5 }] }),
      /^bob: 95 of 100\n2 .* mute −5: flood$/,
    );
    assert.equal(told('fr', 'level', { level: 3 }), 'Le niveau d’urgence est 3.');
    assert.equal(told('en', 'block', { blocked: ['bob', 'eve'] }), 'You block (2): bob · eve');
    assert.equal(told('en', 'invite', { channel: '#dev', username: 'bob' }), 'Done.');
    assert.equal(told('en', 'users', { users: ['a', 'b'], details: [{ username: 'b', state: 'away' }] }), 'Here (2): a · b (away)');
    assert.equal(told('en', 'help', { types: [1] }), '{"type":"help","status":"ok","types":[1]}');
  });

  test('of the staff are told to whom they concern while one is there', () => {
    const at = '2026-11-22T09:00:00.000Z';
    const world = new World()
      .hear({
        type: 'notification',
        id: 1,
        kind: 'sanction',
        sanction: 'mute',
        channel: '#general',
        by: 'bob',
        reason: 'flood',
        timestamp: at,
      })
      .hear({ type: 'lifted', id: 1, sanction: 'mute', channel: '#general', by: 'bob' })
      .hear({ type: 'level', level: 3, by: 'bob', reason: 'guests' })
      .hear({ type: 'reported', report: 4, id: 9, by: 'eve', reason: 'rude', timestamp: at })
      .hear({ type: 'notification', id: 2, kind: 'invitation', channel: '#team', by: 'bob', timestamp: at })
      .hear({ type: 'notification', id: 3, kind: 'mention', channel: '#general', by: 'bob', timestamp: at });
    assert.deepEqual(world.notices(), [
      '* mute #general (bob): flood',
      'bob has lifted it: mute #general',
      'bob set the emergency level to 3. guests',
      '* eve has reported 9 (report 4): /reports — rude',
      '* bob invites you: /join #team',
    ]);
  });
});
