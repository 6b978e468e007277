import type { Chance } from './chance.ts';
import {
  badBytes,
  channels,
  costly,
  examples,
  keys,
  type Members,
  names,
  oldForms,
  sources,
  strangers,
  texts,
  typed,
  types,
} from './corpus.ts';

/** Lines stay below the limit of a connection without a name; the one that does not is the last of its batch. */
const mostBytes = 15_000;

type Maker = (chance: Chance) => Buffer;

/** How a JSON line is made, by how often. */
const jsonMakers: readonly (readonly [number, Maker])[] = [
  [30, (chance) => source(likely(chance.pick(examples), chance))],
  [15, (chance) => source(bent(chance.pick(examples), chance))],
  [12, (chance) => source(likely(chance.pick(oldForms), chance))],
  [10, (chance) => source(bent(chance.pick(oldForms), chance))],
  [8, (chance) => source(invented(chance))],
  [17, (chance) => damaged(line(chance), chance)],
  [3, extreme],
  [3, (chance) => chance.bytes(chance.below(60))],
  [1, (chance) => chance.pick(strangers)],
  [1, (chance) => Buffer.from(`${chance.pick(typed)} ${chance.pick(texts)}`)],
];

/** One line of a client that speaks JSON, or should; its newline is not part of it. */
export function line(chance: Chance): Buffer {
  if (chance.oneIn(3000)) return source(likely(chance.pick(costly), chance));
  const made = chance.weighed(jsonMakers)(chance);
  return made.length > mostBytes ? made.subarray(0, mostBytes) : made;
}

/** One line of somebody on netcat. */
export function typedLine(chance: Chance): Buffer {
  const word = () => chance.pick<string>(chance.pick([names, channels, texts, ['1', '2', '7', 'last', 'on', 'off', 'private', '10m', '']]));
  const said = chance.oneIn(4) ? word() : `${chance.pick(typed)} ${word()} ${chance.oneIn(2) ? word() : ''}`;
  const bytes = Buffer.from(said);
  const made = chance.oneIn(6) ? damaged(bytes, chance) : bytes;
  return chance.oneIn(3) ? Buffer.concat([made, Buffer.from('\r')]) : made;
}

/** A line that is longer than allowed, or may be: the server ends the connection at it. */
export function longLine(chance: Chance): Buffer {
  const length = chance.pick([16_383, 16_384, 16_400, 65_535, 65_536, 70_000, 200_000]);
  const filler = chance.pick(['x', ' ', '[', '{"a":', '\\u0041', '"', 'é']);
  const head = chance.pick(['{"type":"message","content":"', '{"type":"', '', '[']);
  return Buffer.from(head + filler.repeat(Math.ceil(length / filler.length))).subarray(0, length);
}

/** The request with values that it may well have: names and channels that exist, small numbers. */
function likely(members: Members, chance: Chance): Members {
  return members.map(([key, value]) => {
    if (chance.oneIn(4)) return [key, value];
    if (key === 'channel') return [key, JSON.stringify(chance.oneIn(4) ? chance.pick(channels) : '#general')];
    if (key === 'username' || key === 'to' || key === 'from') return [key, JSON.stringify(chance.pick(names))];
    if (key === 'content' || key === 'topic' || key === 'reason' || key === 'query') return [key, JSON.stringify(chance.pick(texts))];
    if (key === 'id' || key === 'seq' || key === 'before') return [key, String(1 + chance.below(2000))];
    return [key, value];
  });
}

/** The request with some member wrong, missing, doubled or added. */
function bent(members: Members, chance: Chance): Members {
  const bending = likely(members, chance).slice();
  for (let times = 1 + chance.below(3); times > 0; times -= 1) {
    const at = chance.below(bending.length + 1);
    const key = bending[at]?.[0] ?? chance.pick(keys);
    const how = chance.below(5);
    if (how === 0) bending.splice(at, 1);
    else if (how === 1) bending.splice(at, 0, [key, chance.pick(sources)]);
    else if (how === 2) bending.push([chance.pick(keys), chance.pick(sources)]);
    else bending[at] = [key, chance.pick(sources)];
  }
  return bending;
}

/** Members that nobody has ever put together. */
function invented(chance: Chance): Members {
  const members = Array.from({ length: chance.below(9) }, () => [chance.pick(keys), chance.pick(sources)] as const);
  return chance.oneIn(5) ? members : [...members, ['type', JSON.stringify(chance.pick(types))]];
}

/** What is too deep, too wide or too big. */
function extreme(chance: Chance): Buffer {
  const size = chance.pick([15, 16, 17, 63, 64, 65, 500, 3000]);
  const build = chance.pick<() => string>([
    () => `{"type":"message","content":"x","a":${'['.repeat(size)}${']'.repeat(size)}}`,
    () => `{"type":"message","content":"x","a":${'{"a":'.repeat(size)}1${'}'.repeat(size)}}`,
    () => `{"type":"message","content":"x",${Array.from({ length: size }, (_, index) => `"k${index}":${index}`).join(',')}}`,
    () => `{"type":"message","content":${JSON.stringify(chance.pick(texts).repeat(Math.ceil(size / 8)))}}`,
    () =>
      `{"type":"message","content":"x","tags":{${Array.from({ length: size % 70 }, (_, index) => `"${index}":"${'é'.repeat(9)}"`).join(',')}}}`,
    () => `{"type":"edit","id":${'9'.repeat(size)},"content":"x"}`,
    () => `${'[{"a":'.repeat(size)}`,
    () => `{"type":"hello","version":2,"caps":[${'"echo",'.repeat(size % 70)}"x"]}`,
  ]);
  return Buffer.from(build());
}

/** Some bytes of it changed, taken away, added, doubled, or cut off. */
function damaged(bytes: Buffer, chance: Chance): Buffer {
  let damaging = bytes;
  for (let times = 1 + chance.below(4); times > 0; times -= 1) {
    const at = chance.below(damaging.length + 1);
    const end = Math.min(damaging.length, at + chance.below(20));
    const how = chance.below(6);
    const head = damaging.subarray(0, at);
    const tail = damaging.subarray(end);
    if (how === 0) damaging = head;
    else if (how === 1) damaging = Buffer.concat([head, tail]);
    else if (how === 2) damaging = Buffer.concat([head, chance.pick(badBytes), damaging.subarray(at)]);
    else if (how === 3) damaging = Buffer.concat([head, chance.bytes(1), damaging.subarray(Math.min(at + 1, damaging.length))]);
    else if (how === 4) damaging = Buffer.concat([damaging.subarray(0, end), damaging.subarray(at, end), tail]);
    else damaging = Buffer.concat([head, Buffer.from(chance.pick(sources)), tail]);
  }
  return damaging;
}

function source(members: Members): Buffer {
  return Buffer.from(`{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`);
}
