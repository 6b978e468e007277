import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditActions, auditedAs } from '../../server/domain/audit.ts';
import type { ServerRole } from '../../server/domain/people.ts';
import { type ChannelRole, may, mayActOn, type Permission, permissionMatrix, permissions } from '../../server/domain/permissions.ts';

/**
 * The matrix of protocol.md §7, written out by hand: `yes`, `no`, or `public` (in public channels only) for each role on the server,
 * then what a role in the channel gives a user of the server there.
 */
const head = ['guest', 'user', 'moderator', 'admin', 'member', 'channel moderator', 'owner'] as const;
const written: Readonly<Record<Permission, string>> = {
  //                       guest user moderator admin | member, moderator, owner of the channel
  'channel.list': '          yes yes yes    yes    yes yes yes',
  'channel.join': '          yes yes yes    yes    yes yes yes',
  'channel.create': '        no  yes yes    yes    yes yes yes',
  'channel.invite': '        no  no  public yes    no  yes yes',
  'channel.slow_mode': '     no  no  public yes    no  yes yes',
  'channel.update': '        no  no  public yes    no  no  yes',
  'channel.roles': '         no  no  public yes    no  no  yes',
  'message.post': '          yes yes yes    yes    yes yes yes',
  'message.post_read_only': 'no  no  public yes    no  yes yes',
  'message.edit_own': '      no  yes yes    yes    yes yes yes',
  'message.delete_other': '  no  no  public yes    no  yes yes',
  'message.revisions': '     no  no  public yes    no  yes yes',
  'message.react': '         yes yes yes    yes    yes yes yes',
  'message.pin': '           no  no  public yes    no  yes yes',
  'message.mention_all': '   no  no  public yes    no  yes yes',
  'history.read': '          yes yes yes    yes    yes yes yes',
  'presence.set': '          yes yes yes    yes    yes yes yes',
  'notifications.read': '    no  yes yes    yes    yes yes yes',
  'member.warn': '           no  no  yes    yes    no  no  no',
  'member.mute': '           no  no  yes    yes    no  no  no',
  'member.kick': '           no  no  yes    yes    no  no  no',
  'member.ban': '            no  no  yes    yes    no  no  no',
  'channel.warn': '          no  no  public yes    no  no  no',
  'channel.mute': '          no  no  public yes    no  yes yes',
  'channel.kick': '          no  no  public yes    no  yes yes',
  'channel.ban': '           no  no  public yes    no  no  no',
  'sanction.read_own': '     yes yes yes    yes    yes yes yes',
  'sanction.read': '         no  no  yes    yes    no  no  no',
  'report.make': '           yes yes yes    yes    yes yes yes',
  'report.read': '           no  no  yes    yes    no  no  no',
  'person.block': '          no  yes yes    yes    yes yes yes',
  'account.credentials': '   no  yes yes    yes    yes yes yes',
  'account.role': '          no  no  no     yes    no  no  no',
  'server.level': '          no  no  no     yes    no  no  no',
};

const cellsOf = (permission: Permission) => {
  const cells = written[permission].trim().split(/\s+/);
  assert.equal(cells.length, head.length, permission);
  return Object.fromEntries(head.map((role, index) => [role, cells[index] ?? '']));
};
const rolesOfChannel: readonly (readonly [string, ChannelRole])[] = [
  ['member', 'member'],
  ['channel moderator', 'moderator'],
  ['owner', 'owner'],
];

test('the table has exactly the actions that are written down', () => {
  assert.deepEqual(Object.keys(permissions).toSorted(), Object.keys(written).toSorted());
});

for (const permission of Object.keys(written) as Permission[]) {
  test(`${permission} is each role’s as it is written down`, () => {
    const cells = cellsOf(permission);
    for (const role of ['guest', 'user', 'moderator', 'admin'] as const satisfies readonly ServerRole[]) {
      for (const visibility of ['public', 'private'] as const) {
        const isGranted = cells[role] === 'yes' || (cells[role] === 'public' && visibility === 'public');
        assert.equal(may(permission, { role, channel: { visibility, role: null } }), isGranted, `${role} in a ${visibility} channel`);
        if (role === 'guest') continue;
        for (const [column, channelRole] of rolesOfChannel) {
          const standing: Parameters<typeof may>[1] = { role, channel: { visibility, role: channelRole } };
          assert.equal(may(permission, standing), isGranted || cells[column] === 'yes', `${role}, ${column} of a ${visibility} channel`);
        }
      }
    }
  });
}

test('the matrix that is printed says the same', () => {
  for (const { permission, roles } of permissionMatrix()) {
    const cells = cellsOf(permission);
    assert.deepEqual(
      Object.values(roles),
      head.map((role) => cells[role]),
      permission,
    );
  }
});

test('what not every account may do leaves a row in the audit, and nothing else does', () => {
  for (const permission of Object.keys(written) as Permission[]) {
    const isPrivileged = cellsOf(permission)['user'] !== 'yes';
    assert.equal(auditedAs[permission].length > 0, isPrivileged, permission);
  }
});

/** Acts of the audit that are no role's in chat: the operator's, and what people do with their own tokens. */
const outside = /^(account\.|token\.|class\.|automod\.|channel\.create$)/;

test('every word of the audit stands under a permission, or is the operator’s', () => {
  const under = new Set<string>(Object.values(auditedAs).flat());
  assert.deepEqual(
    auditActions.filter((action) => !under.has(action) && !outside.test(action)),
    [],
  );
});

/** Who acts on whom, written out by hand: rows act, `x` may. Columns as below. */
const targets = ['guest', 'user', 'member', 'channel moderator', 'owner', 'moderator', 'admin'] as const;
const acts: Readonly<Record<string, string>> = {
  admin: '             x x x x x x x',
  moderator: '         x x x x x - -',
  owner: '             x x x x - - -',
  'channel moderator': 'x x x - - - -',
};

test('who acts on whom is as it is written down: nobody on oneself, nobody upwards or sideways', () => {
  const personOf = (name: string) => {
    const role: ServerRole = name === 'admin' || name === 'moderator' || name === 'guest' ? name : 'user';
    const channelRole: ChannelRole | null =
      name === 'owner' || name === 'member' ? name : name === 'channel moderator' ? 'moderator' : null;
    return { key: `the ${name}`, role, channelRole };
  };
  for (const [actor, row] of Object.entries(acts)) {
    const { channelRole, ...by } = personOf(actor);
    const cells = row.trim().split(/\s+/);
    for (const [index, target] of targets.entries()) {
      const hit = { ...personOf(target), key: 'another' };
      assert.equal(mayActOn(by, hit, channelRole), cells[index] === 'x', `${actor} on ${target}`);
      assert.equal(mayActOn(by, { ...hit, key: by.key }, channelRole), false, `${actor} on itself`);
    }
  }
});
