import type { ServerEvent } from '../protocol/index.ts';
import type { NotificationEvent } from '../protocol/notifications.ts';

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
      const { id, kind, channel, by, messageId, seq, at, sanction } = event;
      return { type, id, kind, channel, ...(sanction && sanctionOf(sanction)), by, message_id: messageId, seq, timestamp: timeOf(at) };
    }
    case 'lifted':
      return { type, id: event.id, sanction: event.sanction, channel: event.channel, by: event.by };
    case 'level':
      return { type, level: event.level, by: event.by, reason: event.reason };
    case 'reported':
      return { type, report: event.report, id: event.id, by: event.by, reason: event.reason, timestamp: timeOf(event.at) };
    default:
      return null;
  }
}

/** A sanction as a notification tells it. */
export function sanctionOf({ id, kind, reason, until }: NonNullable<NotificationEvent['sanction']>) {
  return { sanction: kind, sanction_id: id, reason, until: until === null ? undefined : timeOf(until) };
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
