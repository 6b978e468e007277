import { capabilities } from '../../server/protocol/capabilities.ts';
import type { Chance } from './chance.ts';
import { mallory, names, strangers } from './corpus.ts';
import { line, longLine, typedLine } from './line.ts';

/** What one hostile connection sends, and how it goes. */
export interface Batch {
  readonly tongue: 'v1' | 'v2' | 'plain' | 'stranger';
  /** Fuzzed lines in it. */
  readonly lines: number;
  /** All its bytes, in the pieces in which they are written. */
  readonly pieces: readonly Buffer[];
  /** By a reset instead of an orderly end. */
  readonly isReset: boolean;
}

const mostLines = 200;

/** The connection that these choices make; `room`: how many lines are wanted at most. */
export function batch(chance: Chance, room: number): Batch {
  const tongue = chance.weighed([
    [45, 'v1' as const],
    [40, 'v2' as const],
    [10, 'plain' as const],
    [5, 'stranger' as const],
  ]);
  const count = Math.min(room, 1 + chance.below(tongue === 'stranger' ? 3 : mostLines));
  const make = tongue === 'plain' ? typedLine : line;
  const lines = Array.from({ length: count }, (_, index) => (index === count - 1 && chance.oneIn(12) ? longLine(chance) : make(chance)));
  if (tongue === 'stranger') lines.unshift(chance.pick(strangers));
  else lines.unshift(...greeting(tongue, chance));
  const bytes = Buffer.concat(lines.flatMap((each) => [each, newline]));
  return { tongue, lines: count, pieces: cut(bytes, chance), isReset: chance.oneIn(12) };
}

const newline = Buffer.from('\n');

/** Who it is: mostly a guest, sometimes nobody, seldom an account. */
function greeting(tongue: 'v1' | 'v2' | 'plain', chance: Chance): Buffer[] {
  if (tongue === 'plain') return [Buffer.from(`/nick ${chance.pick(names)}`)];
  const lines: object[] = [];
  if (tongue === 'v2') lines.push({ type: 'hello', version: 2, caps: capabilities.filter(() => chance.oneIn(2)) });
  if (chance.oneIn(40)) lines.push({ type: 'login', ...mallory });
  else if (!chance.oneIn(5)) lines.push({ type: 'message', from: chance.pick(names), content: '' });
  return lines.map((object) => Buffer.from(JSON.stringify(object)));
}

/** Mostly one write; sometimes some, at any place; seldom byte by byte. */
function cut(bytes: Buffer, chance: Chance): Buffer[] {
  const how = chance.below(20);
  if (how > 4) return [bytes];
  if (how === 0 && bytes.length < 600) return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  const places = Array.from({ length: 1 + chance.below(12) }, () => chance.below(bytes.length + 1)).sort((one, other) => one - other);
  return [...places, bytes.length]
    .map((end, index) => bytes.subarray(index === 0 ? 0 : places[index - 1], end))
    .filter((piece) => piece.length > 0);
}
