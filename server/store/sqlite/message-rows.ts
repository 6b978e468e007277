import type { Extras, Mentions } from '../follow-ups.ts';
import type { Appended, ChannelDraft, PrivateDraft } from '../store.ts';

/** What few messages have, at the end of a row. Mentions as JSON text. */
type ExtraCells = readonly [nonce?: string, replyTo?: number, tags?: string, mentions?: string];

/** Messages as they travel to the writer thread and back: rows, which `batch.ts` lays side by side. */
export type ChannelRow = readonly [
  channelId: number,
  channel: string,
  author: string,
  username: string,
  content: string,
  at: number,
  ...extra: ExtraCells,
];
export type PrivateRow = readonly [
  author: string,
  username: string,
  recipient: string,
  to: string,
  content: string,
  at: number,
  isWaiting: boolean,
  ...extra: ExtraCells,
];
/** Longer than three for a message that was stored before, or mentions somebody. */
export type AppendedRow = readonly [
  id: number,
  seq: number,
  at: number,
  isDuplicate?: boolean,
  mentioned?: Pick<Appended, 'mentions' | 'notified'>,
];

export function channelRow(draft: ChannelDraft): ChannelRow {
  const { channelId, channel, author, username, content, at } = draft;
  if (isPlain(draft)) return [channelId, channel, author, username, content, at];
  return [channelId, channel, author, username, content, at, ...extraCells(draft)];
}

export function channelDraft([channelId, channel, author, username, content, at, nonce, ...extra]: ChannelRow): ChannelDraft {
  return { channelId, channel, author, username, content, at, nonce, extras: extrasOf(extra) };
}

export function privateRow(draft: PrivateDraft): PrivateRow {
  const { author, username, recipient, to, content, at, isWaiting } = draft;
  if (isPlain(draft)) return [author, username, recipient, to, content, at, isWaiting];
  return [author, username, recipient, to, content, at, isWaiting, ...extraCells(draft)];
}

export function privateDraft([author, username, recipient, to, content, at, isWaiting, nonce, ...extra]: PrivateRow): PrivateDraft {
  return { author, username, recipient, to, content, at, isWaiting, nonce, extras: extrasOf(extra) };
}

export function appendedRow(appended: Appended | null): AppendedRow | null {
  if (appended === null) return null;
  const { id, seq, at, isDuplicate, ...mentioned } = appended;
  return isDuplicate || mentioned.mentions !== undefined ? [id, seq, at, isDuplicate, mentioned] : [id, seq, at];
}

export function appendedOf(row: AppendedRow | null): Appended | null {
  if (row === null) return null;
  const [id, seq, at, isDuplicate = false, mentioned] = row;
  return { id, seq, at, isDuplicate, ...mentioned };
}

type Draft = Pick<ChannelDraft, 'nonce' | 'extras'>;

function isPlain({ nonce, extras }: Draft): boolean {
  return nonce === undefined && extras === undefined;
}

function extraCells({ nonce, extras }: Draft): ExtraCells {
  const mentions = extras?.mentions;
  return [nonce, extras?.replyTo, extras?.tags, mentions && JSON.stringify(mentions)] as ExtraCells;
}

function extrasOf([replyTo, tags, mentions]: readonly [replyTo?: number, tags?: string, mentions?: string]): Extras | undefined {
  if (replyTo === undefined && tags === undefined && mentions === undefined) return undefined;
  return { replyTo, tags, mentions: mentions === undefined ? undefined : (JSON.parse(mentions) as Mentions) };
}
