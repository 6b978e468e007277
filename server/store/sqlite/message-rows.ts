import type { Extras, MentionCandidate } from '../follow-ups.ts';
import type { Appended, ChannelDraft, PrivateDraft } from '../store.ts';

/** What few messages have, at the end of a row: of each `@` how many names it may stand for, then the fold and the guest of each. */
type ExtraCells = readonly [
  nonce?: string | undefined,
  replyTo?: number | undefined,
  tags?: string | undefined,
  isAll?: boolean,
  isPrivate?: boolean,
  ...names: Cell[],
];
type Cell = number | string | undefined;

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

export function channelDraft([channelId, channel, author, username, content, at, ...extra]: ChannelRow): ChannelDraft {
  return { channelId, channel, author, username, content, at, nonce: extra[0], extras: extrasOf(extra) };
}

export function privateRow(draft: PrivateDraft): PrivateRow {
  const { author, username, recipient, to, content, at, isWaiting } = draft;
  if (isPlain(draft)) return [author, username, recipient, to, content, at, isWaiting];
  return [author, username, recipient, to, content, at, isWaiting, ...extraCells(draft)];
}

export function privateDraft([author, username, recipient, to, content, at, isWaiting, ...extra]: PrivateRow): PrivateDraft {
  return { author, username, recipient, to, content, at, isWaiting, nonce: extra[0], extras: extrasOf(extra) };
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
  if (mentions === undefined) return [nonce, extras?.replyTo, extras?.tags];
  const names: Cell[] = [];
  for (const candidates of mentions.names) {
    names.push(candidates.length);
    for (const { fold, guest } of candidates) names.push(fold, guest);
  }
  return [nonce, extras?.replyTo, extras?.tags, mentions.isAll, mentions.isPrivate, ...names];
}

function extrasOf([, replyTo, tags, isAll, isPrivate, ...names]: ExtraCells): Extras | undefined {
  if (replyTo === undefined && tags === undefined && isAll === undefined) return undefined;
  const mentions = isAll === undefined ? undefined : { isAll, isPrivate: isPrivate === true, names: candidatesOf(names) };
  return { replyTo, tags, mentions };
}

function candidatesOf(cells: readonly Cell[]): MentionCandidate[][] {
  const names: MentionCandidate[][] = [];
  for (let at = 0; at < cells.length; ) {
    const end = at + 1 + 2 * (cells[at] as number);
    const candidates: MentionCandidate[] = [];
    for (at += 1; at < end; at += 2) candidates.push({ fold: cells[at] as string, guest: cells[at + 1] as string | undefined });
    names.push(candidates);
  }
  return names;
}
