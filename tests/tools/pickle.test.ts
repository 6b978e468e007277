import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { accountsIn } from '../../tools/import/accounts.ts';
import { readPickle } from '../../tools/import/pickle.ts';
import { PickleProblem, pickleLimits } from '../../tools/import/pickle-machine.ts';
import { hasRuntime } from '../support/needs.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const accounts = (pickle: Uint8Array) => accountsIn(readPickle(pickle));
const codeOf = (pickle: Uint8Array) => {
  try {
    readPickle(pickle);
    return 'read';
  } catch (error) {
    assert.ok(error instanceof PickleProblem, String(error));
    return error.code;
  }
};

/** What Python writes for `{'alice': 'pass', 'Élodie': "l'été"}`. */
const written: readonly (readonly [protocol: number, base64: string])[] = [
  [0, 'KGRwMApWYWxpY2UKcDEKVnBhc3MKcDIKc1bJbG9kaWUKcDMKVmwn6XTpCnA0CnMu'],
  [2, 'gAJ9cQAoWAUAAABhbGljZXEBWAQAAABwYXNzcQJYBwAAAMOJbG9kaWVxA1gHAAAAbCfDqXTDqXEEdS4='],
  [4, 'gASVLwAAAAAAAAB9lCiMBWFsaWNllIwEcGFzc5SMB8OJbG9kaWWUjAdsJ8OpdMOplHUu'],
];

for (const [protocol, base64] of written) {
  test(`reads what the course server wrote, protocol ${protocol}`, () => {
    assert.deepEqual(accounts(Buffer.from(base64, 'base64')), [
      { username: 'alice', password: 'pass' },
      { username: 'Élodie', password: "l'été" },
    ]);
  });
}

test('reads what python3 writes itself, each protocol from 0 to 5', (t) => {
  if (!hasRuntime(t, 'python3', '-c', 'import pickle')) return;
  for (let protocol = 0; protocol <= 5; protocol += 1) {
    const program = `import pickle,sys
d = {'alice': 'pass', 'Ünï \\u4f60 \\U0001f600 "q" \\'s\\' \\\\ \\n': 'x' * 300, 'bob': {'password': 'b', 'state': None, 'n': [1, -2, 300, 70000, 2**40, -2**70, 1.5, True, False], 't': (1, 2), 'u': (), 'v': (1, 2, 3, 4)}, b'bytes': b'raw', 'none': None, 'empty': ''}
d['again'] = d['bob']
sys.stdout.buffer.write(pickle.dumps(d, protocol=${protocol}))`;
    const pickle = execFileSync('python3', ['-c', program]);

    // Protocols 0 to 2 have no opcode for bytes: Python writes a call, which is code.
    if (protocol < 3) {
      assert.equal(codeOf(pickle), 'code');
      continue;
    }
    assert.deepEqual(accounts(pickle), [
      { username: 'alice', password: 'pass' },
      { username: 'Ünï 你 😀 "q" \'s\' \\ \n', password: 'x'.repeat(300) },
      { username: 'bob', password: 'b' },
      { username: 'bytes', password: 'raw' },
      { username: 'none', password: null },
      { username: 'empty', password: '' },
      { username: 'again', password: 'b' },
    ]);
  }
});

test('reads texts and numbers of python3 in every protocol as Python meant them', (t) => {
  if (!hasRuntime(t, 'python3', '-c', 'import pickle')) return;
  for (let protocol = 0; protocol <= 5; protocol += 1) {
    const program = `import pickle,sys
d = {'a': 'é\\u20ac\\U0001f600\\\\\\n', 'b': [0, 255, 256, 65536, -1, 2**31, -2**33, 2.5, True, False, None], 'c': ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4))}
sys.stdout.buffer.write(pickle.dumps(d, protocol=${protocol}))`;
    const read = readPickle(execFileSync('python3', ['-c', program]));

    assert.deepEqual(
      read,
      new Map<string, unknown>([
        ['a', 'é€😀\\\n'],
        ['b', [0, 255, 256, 65536, -1, 2 ** 31, -(2 ** 33), 2.5, true, false, null]],
        ['c', [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]],
      ]),
      `protocol ${protocol}`,
    );
  }
});

describe('refuses', () => {
  const code: readonly (readonly [string, string])[] = [
    ['GLOBAL and REDUCE, as every attack begins', "cos\nsystem\n(S'touch owned'\ntR."],
    ['STACK_GLOBAL', '\x80\x04\x8c\x02os\x8c\x06system\x93.'],
    ['INST', "(S'id'\nios\nsystem\n."],
    ['OBJ', '(cos\nsystem\no.'],
    ['BUILD', '}}b.'],
    ['NEWOBJ', '))\x81.'],
    ['NEWOBJ_EX', ')))\x92.'],
    ['REDUCE alone', '))R.'],
    ['a persistent id', 'P1\n.'],
    ['a persistent id of the stack', 'NQ.'],
    ['an extension', '\x82\x01.'],
    ['an extension of two bytes', '\x83\x01\x00.'],
    ['an extension of four bytes', '\x84\x01\x00\x00\x00.'],
    ['a buffer from outside', '\x97.'],
    ['a buffer made read-only', 'N\x98.'],
    ['code behind good accounts', "(dS'alice'\nS'pass'\nscos\nsystem\n."],
  ];
  for (const [what, pickle] of code) test(`${what}: it could run code`, () => assert.equal(codeOf(bytes(pickle)), 'code'));

  const broken: readonly (readonly [string, string, string])[] = [
    ['an empty file', '', 'truncated'],
    ['one that only ends', '.', 'malformed'],
    ['a text without its end', 'X\x10\x00\x00\x00abc', 'truncated'],
    ['a text that says it is 4 GiB', 'X\xff\xff\xff\xff', 'truncated'],
    ['a text that says it is 16 EiB', '\x8d\xff\xff\xff\xff\xff\xff\xff\xff', 'truncated'],
    ['an opcode that nobody knows', '\x00.', 'unknown'],
    ['a protocol of the future', '\x80\x06}.', 'unknown'],
    ['a memo that was never kept', 'h\x07.', 'malformed'],
    ['a mark that was never set', 'u.', 'malformed'],
    ['a mark in place of a value', '(.', 'malformed'],
    ['a dictionary of one', '(Nd.', 'malformed'],
    ['items for what is no dictionary', 'N(NNu.', 'malformed'],
    ['items for what is no list', 'N(Ne.', 'malformed'],
    ['a number that is none', 'Ixyz\n.', 'malformed'],
    ['a text without quotes', 'Sabc\n.', 'malformed'],
    ['two values', 'NN.', 'malformed'],
    ['something behind the end', 'N.N.', 'trailing'],
    ['a list in itself', ']q\x00h\x00a.', 'too_deep'],
    ['a dictionary in itself', '}q\x00Nh\x00s.', 'too_deep'],
    ['lists nine deep', ']]]]]]]]]aaaaaaaa.', 'too_deep'],
    ['lists a hundred thousand deep', `${']'.repeat(100_000)}${'a'.repeat(99_999)}.`, 'too_deep'],
    ['more values than anybody has accounts', `(${'N'.repeat(pickleLimits.values)}l.`, 'too_large'],
  ];
  for (const [what, pickle, wanted] of broken) test(what, () => assert.equal(codeOf(bytes(pickle)), wanted));

  test('a file that is too large, before it is looked at', () => {
    assert.equal(codeOf(Buffer.alloc(pickleLimits.bytes + 1)), 'too_large');
  });
});

test('what means itself many times over is looked at once', () => {
  // Each list holds the one before it a hundred times: a walk through all would never end.
  const shared = Array.from(
    { length: 7 },
    (_none, at) => `](${`h${String.fromCharCode(at)}`.repeat(100)}eq${String.fromCharCode(at + 1)}0`,
  );

  assert.equal(codeOf(bytes(`Nq\x000${shared.join('')}h\x07.`)), 'read');
});

test('keys are data: what looks like a part of JavaScript objects is an account like any other', () => {
  assert.deepEqual(accounts(bytes("(dS'__proto__'\nS'x'\nsS'constructor'\nS'y'\ns.")), [
    { username: '__proto__', password: 'x' },
    { username: 'constructor', password: 'y' },
  ]);
});

test('every cut of a good file is refused, and no changed byte makes anything but data', () => {
  const good = Buffer.from(written[2]?.[1] ?? '', 'base64');
  for (let end = 0; end < good.length; end += 1) assert.notEqual(codeOf(good.subarray(0, end)), 'read');
  for (let at = 0; at < good.length; at += 1)
    for (let byte = 0; byte < 256; byte += 1) {
      const changed = Buffer.from(good);
      changed[at] = byte;
      codeOf(changed);
    }
});
