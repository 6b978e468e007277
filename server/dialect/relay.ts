import { cleanText } from '../protocol/clean.ts';
import { wire } from '../protocol/limits.ts';
import { type LegacyRelay, slots } from '../protocol/messages.ts';
import { fold } from '../protocol/names.ts';
import { asciiSource, asciiString } from './ascii.ts';
import type { Line } from './dialect.ts';
import { members, tokens } from './json-source.ts';

const ownKeys = new Set(['type', 'subtype', 'to', 'channel', 'content', 'from', 'timestamp']);

/** Keys that could pass for the server's word, never relayed (protocol.md §2). */
const serverKeys = new Set(
  'role roles admin staff moderator mod bot system server sender verified user username status code error password token'
    .split(' ')
    .map(fold),
);
const poisonKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * A v1 message as v1 sessions get it: the sender's own object, its keys in their places, `from` and `timestamp` set by the server
 * (last, when the sender had none). What only the server knows is left open as `slots`.
 */
export function relayOf(line: Line): LegacyRelay {
  let parts = '';
  const add = (part: string) => {
    parts = parts === '' ? part : `${parts}, ${part}`;
  };
  for (const key in line.object) {
    if (!ownKeys.has(key)) return withOthers(line);
    const part = ownPart(key, line.object[key]);
    if (part !== null) add(part);
  }
  if (!('from' in line.object)) add(`"from": ${slots.from}`);
  if (!('timestamp' in line.object)) add(`"timestamp": ${slots.timestamp}`);
  return `{${parts}}`;
}

function ownPart(key: string, value: unknown): string | null {
  if (key === 'type') return '"type": "message"';
  if (key === 'content') return `"content": ${slots.content}`;
  if (key === 'from') return `"from": ${slots.from}`;
  if (key === 'timestamp') return `"timestamp": ${slots.timestamp}`;
  return typeof value === 'string' ? `"${key}": ${asciiString(cleanText(value))}` : null;
}

/** The slow path: keys of the pupils' own extensions, with the source text of their values. */
function withOthers(line: Line): LegacyRelay {
  const parts = new Map<string, string | null>();
  let others = 0;
  let bytes = 0;
  for (const [key, source] of members(line.text())) {
    if (ownKeys.has(key)) {
      parts.set(key, ownPart(key, line.object[key]));
      continue;
    }
    const value = otherValue(key, source);
    const part = value === null ? null : `${asciiString(cleanText(key))}: ${value}`;
    others += 1;
    bytes += part?.length ?? 0;
    parts.set(key, others > wire.extraKeys || bytes > wire.extraBytes ? null : part);
  }
  if (!parts.has('from')) parts.set('from', `"from": ${slots.from}`);
  if (!parts.has('timestamp')) parts.set('timestamp', `"timestamp": ${slots.timestamp}`);
  return `{${[...parts.values()].filter((part) => part !== null).join(', ')}}`;
}

/** The text of a relayed value, or null when it may not be relayed: numbers as written, separators as the course server's. */
function otherValue(key: string, source: string): string | null {
  if (serverKeys.has(fold(key)) || poisonKeys.has(key)) return null;
  let depth = 0;
  let text = '';
  const parts = tokens(source);
  for (const [index, part] of parts.entries()) {
    if (part === '{' || part === '[') depth += 1;
    if (part === '}' || part === ']') depth -= 1;
    if (depth > wire.extraDepth) return null;
    if (part.startsWith('"')) {
      const value = JSON.parse(part) as string;
      if (parts[index + 1] === ':' && poisonKeys.has(value)) return null;
      const cleaned = cleanText(value);
      text += cleaned === value ? asciiSource(part) : asciiString(cleaned);
    } else if (part === ',' || part === ':') text += `${part} `;
    else if (/^-?\d/.test(part) && !Number.isFinite(Number(part))) return null;
    else text += part;
  }
  return text;
}
