import { capabilities } from '../../server/protocol/capabilities.ts';
import { requests } from '../../server/protocol/index.ts';
import { plainAliases, plainCommands } from '../../server/protocol/plain.ts';

/** What the fuzz is made of: words that mean something here, and everything that has ever broken a parser, a terminal or a database. */

/** The accounts of the honest witnesses; nobody may speak under these names. */
export const honest = { v1: 'honest-v1', v2: 'honest-v2', plain: 'honest-plain' } as const;
/** An account of the hostile side; its password is a text that the corpus has. */
export const mallory = { username: 'mallory', password: 'correct horse' } as const;

export const names = [
  'alice',
  'bob',
  'mallory',
  'ALICE',
  ' bob ',
  'invité',
  'Invité_Rudy_1750426994565',
  'аlice',
  'a\u200blice',
  'al\u00adice',
  'ａｌｉｃｅ',
  'serveur',
  'Server',
  'admin',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '👍👍🏽',
  'a'.repeat(32),
  'a'.repeat(33),
  'e\u0301'.repeat(32),
  '\u202ebob',
  'bob\u0000',
  '\u001b[31mbob',
  '../../etc/passwd',
  "'; DROP TABLE accounts; --",
  '#general',
  '-',
  '.',
  '',
  ...Object.values(honest),
  'Honest-V1',
  'hоnest-v2',
] as const;

export const channels = [
  '#general',
  '#général',
  'general',
  '#dev',
  '#DEV',
  '#',
  '#a b',
  '#__proto__',
  `#${'x'.repeat(33)}`,
  '#\u202e',
  'dev',
  '',
];

export const texts = [
  'ss -tulpn ?',
  'salut @alice et @honest-v2, ça va ?',
  '',
  ' ',
  '/join #dev',
  '/help',
  '//x',
  '\u001b]0;x\u0007\u001b[2J\u001b[31m',
  '\u009b31m\u009d0;x\u009c',
  'a\u2028b\u2029c\u202ad\u202ee\u2066f\u2069g\u200f\ufeff',
  '\u0000\u0001\u0002\u0003\u0007\u0008\u000b\u000c\u000e\u001f\u007f\u0085',
  'a\r\nb\rc\nd\te',
  '\ud800',
  'x\udc00y\ud83d',
  '👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿e\u0301\u0301\u0301',
  '\uffff\ufffe\ufdd0\u{10ffff}',
  "'; DROP TABLE messages; --",
  '" OR 1=1 --',
  'NEAR("a" AND) NOT * ^ "',
  '"unfinished',
  '%s%n%00 {{7*7}} $(reboot) `id` $x',
  '<script>alert(1)</script>',
  '{"type":"login","username":"alice"}',
  '{"type": "status", "user": "honest-v1", "state": "offline"}\n{"type": "x"}',
  '=1+1',
  '+41',
  '@SUM(A1)',
  ':thumbsup:',
  '👍',
  '❤️',
  'correct horse',
  'http://example.org/?a=b&c=%0d%0aSet-Cookie:x',
  'a'.repeat(257),
  'é'.repeat(300),
  '@alice '.repeat(60),
  `(${'a+'.repeat(40)})${'!'.repeat(40)}`,
] as const;

const words = [
  ...['online', 'away', 'dnd', 'busy', 'invisible', 'offline', 'en pause', 'global', 'private', 'GLOBAL', 'Private', 'public'],
  ...[
    'add',
    'remove',
    'owner',
    'moderator',
    'member',
    'admin',
    'user',
    'guest',
    'all',
    'mentions',
    'none',
    'fr',
    'en',
    'de',
    'mute',
    'ban',
  ],
  ...Object.keys(requests),
  ...capabilities,
];

const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** JSON source of values, right and wrong; some are no JSON at all. */
export const sources: readonly string[] = [
  ...[...names, ...channels, ...texts, ...words].map((text) => JSON.stringify(text)),
  ...[
    '0',
    '1',
    '2',
    '7',
    '10',
    '50',
    '412',
    '1000',
    '-1',
    '-0',
    '0.5',
    '1e3',
    '1e999',
    '-1e999',
    '1E400',
    '9007199254740993',
    '2147483648',
  ],
  ...['1'.repeat(400), `0.${'0'.repeat(300)}1`, '01', '+1', '0x10', '.5', '1.', 'NaN', 'Infinity', '-Infinity', 'undefined'],
  ...['true', 'false', 'null', '[]', '{}', '[1,2]', '["a"]', '[null]', '[[]]', '{"a":1}', '{"#dev":412}', '{"#dev":-1}', '{"":""}'],
  ...['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"role":"admin"}}}', '{"__proto__":null}', '{"toString":1,"valueOf":2}'],
  ...['"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\\u001b[2J"', '"\\/"', '"\\x41"', '"\\u12"', '"a', "'a'", '"a\tb"', '"\\"', '`a`'],
  ...[nested('[', ']', 5), nested('{"a":', '}', 5), nested('[', ']', 14), nested('[', ']', 16), nested('{"a":', '}', 40), '['.repeat(200)],
  `{${Array.from({ length: 70 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
  `[${'0,'.repeat(500)}0]`,
  JSON.stringify('x'.repeat(5000)),
  JSON.stringify('👍'.repeat(1500)),
  JSON.stringify('\u202e'.repeat(1500)),
];

const fieldNames = Object.values(requests).flatMap(({ schema }) => Object.keys(schema.shape));
/** Names of members: of every request, and some that nobody should believe. */
export const keys: readonly string[] = [
  ...new Set(fieldNames),
  ...['role', 'roles', 'admin', 'sender', 'timestamp', 'id', 'user', 'status', 'error', 'code', 'token', '__proto__', 'constructor'],
  ...['prototype', 'toString', 'legacy', 'word', 'TYPE', 'Type', '', ' ', 'é', '\u0000', '\ud800', '\u202e', 'couleur', 'x'.repeat(300)],
];

export const types: readonly string[] = [
  ...Object.keys(requests),
  ...['MESSAGE', 'Users', 'userlist', 'join_channel', 'channel_switch', 'ack', 'error', 'gap', '__proto__', 'constructor', 'x', ''],
];

/** One line of each request, as its members with the source of their values. A login and a registration cost a password hash: they are kept apart. */
export type Members = readonly (readonly [key: string, source: string])[];
const isCostly = (type: string) => type === 'login' || type === 'register';
export const examples: readonly Members[] = Object.entries(requests)
  .filter(([type]) => !isCostly(type))
  .map(([, { example }]) => membersOf(example));
export const costly: readonly Members[] = Object.values(requests)
  .map(({ example }) => example)
  .filter(({ type }) => isCostly(String(type)))
  .map(membersOf);

/** As the course clients write. */
export const oldForms: readonly Members[] = [
  { type: 'message', subtype: 'global', to: 'global', content: 'salut', timestamp: '2025-06-20T12:29:35.123000' },
  { type: 'message', subtype: 'private', to: 'bob', content: 'psst', from: 'alice' },
  { type: 'message', content: 'x', couleur: { r: 1, v: [2, 3] }, avatar: 'chat.png', n: 1.5 },
  { type: 'message', content: 'x', from: 'invité', role: 'admin', sender: 'serveur', ['__proto__']: 'x' },
  { type: 'message', subtype: 'system', to: 'honest-v1', content: 'x' },
  { type: 'message', to: 'honest-v2', content: 'x' },
  { type: 'status', user: 'alice', state: 'En réunion' },
  { type: 'userlist' },
  { type: 'channel_switch', channel: '#dev' },
  { type: 'message', content: 'x', channel: '#dev' },
].map(membersOf);

/** What one types on netcat. */
export const typed: readonly string[] = [...Object.keys(plainCommands), ...Object.keys(plainAliases)]
  .filter(
    (word) => !['register', 'login', 'quit'].includes(word) && !['register', 'login', 'quit'].includes(plainAliases[word as never] ?? ''),
  )
  .map((word) => `/${word}`);

/** First bytes of those who are at the wrong door, and bytes that belong into no line. */
export const strangers: readonly Buffer[] = [
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n{"type":"users"}\n',
  'POST /x HTTP/1.1\r\nContent-Length: 17\r\n\r\n{"type":"users"}\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'OPTIONS * HTTP/1.0\r\n\r\n',
  'GET_METRICS',
  'GET_METRICS\r\n',
  'GET_METRIC\n',
  'GET_\n',
  'SSH-2.0-OpenSSH_9.6\r\n',
  'USER x\r\nNICK x\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  '\u00ff\u00fb\u001f\u00ff\u00fa\u001f\u0000P\u0000\u0018\u00ff\u00f0/who\r\u0000',
  '\u00ff\u00fd\u0003\u00ff\u00f4\u00ff\u00ff\n',
  '\u00ff\u00fe{\u0000"\u0000',
  '\u00ef\u00bb\u00bf{"type":"users"}\n',
  '\u00ef\u00bb\n',
  '\r\n \t\r\n{"type":"users"}\r\n',
  '\u0000\u0000\u0000\n',
].map((text) => Buffer.from(text, 'latin1'));

/** Bytes that are no UTF-8, or only almost. */
export const badBytes: readonly Buffer[] = [
  [0xe9],
  [0x80],
  [0xc0, 0x80],
  [0xc3],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x91],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff, 0xfe],
  [0xff, 0xf4],
  [0x00],
  [0x1b, 0x5b],
  [0x0d],
  [0x0a],
  [0x22],
  [0x5c],
  [0x7b],
  [0x5b],
].map((bytes) => Buffer.from(bytes));

function membersOf(object: Readonly<Record<string, unknown>>): Members {
  return Object.entries(object).map(([key, value]) => [key, JSON.stringify(value)] as const);
}
