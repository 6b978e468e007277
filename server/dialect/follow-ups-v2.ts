import type { ServerEvent } from '../protocol/index.ts';

/** What became of a message, as v2 spells it: keys of the wire in their order (protocol.md §5). Null: another kind of event. */
export function followUpOf(event: ServerEvent): Readonly<Record<string, unknown>> | null {
  const { type } = event;
  switch (event.type) {
    case 'edited': {
      const { place, content, revision, mentions, at } = event;
      return { type, ...place, from: event.from, content, revision, mentions, timestamp: timeOf(at) };
    }
    case 'deleted':
      return { type, ...event.place, by: event.by, reason: event.reason, timestamp: timeOf(event.at) };
    case 'reaction':
      return { type, ...event.place, by: event.by, emoji: event.emoji, op: event.op, count: event.count };
    case 'pinned':
      return { type, channel: event.channel, id: event.id, seq: event.seq, pinned: event.isPinned, by: event.by };
    case 'typing':
      return { type, channel: event.channel, from: event.from, to: event.to };
    case 'read':
      return { type, channel: event.channel, with: event.with, seq: event.seq };
    case 'notification': {
      const { id, kind, channel, by, messageId, seq, at } = event;
      return { type, id, kind, channel, by, message_id: messageId, seq, timestamp: timeOf(at) };
    }
    default:
      return null;
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
