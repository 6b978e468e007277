import { z } from 'zod';
import { content, messageId, ref, request } from './fields.ts';
import { wire } from './limits.ts';

const reason = z.string().max(wire.field).optional();

/** Messages that change after they were said: what they said before stays readable for those who moderate. */
export const editRequests = {
  edit: request({
    schema: z.object({ type: z.literal('edit'), ref, id: messageId, content }),
    example: { type: 'edit', id: 1412, content: 'ss -tulpn !' },
    errors: [
      'not_authenticated',
      'forbidden',
      'muted',
      'banned',
      'not_found',
      'not_member',
      'read_only',
      'gone',
      'too_large',
      'storage_unavailable',
    ],
    doc: 'Says one’s own message in other words.',
  }),
  delete: request({
    schema: z.object({ type: z.literal('delete'), ref, id: messageId, reason }),
    example: { type: 'delete', id: 1412, reason: 'wrong channel' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'not_member', 'gone', 'storage_unavailable'],
    doc: 'Takes back a message: its place stays, its content is gone. Those who keep a channel may delete others’ messages there.',
  }),
  revisions: request({
    schema: z.object({ type: z.literal('revisions'), ref, id: messageId }),
    example: { type: 'revisions', id: 1412 },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'not_member', 'storage_unavailable'],
    doc: 'What a channel’s message said before it was edited or deleted, the oldest first; for those who keep the channel.',
  }),
};

/** Where a message that something happens to stands: in a channel, or between two people. */
export type MessagePlace = { readonly id: number; readonly seq: number } & (
  | { readonly channel: string }
  | { readonly from: string; readonly to: string }
);

/** A message says something else from now on (cap `edits`). */
export interface EditedEvent {
  readonly type: 'edited';
  readonly place: MessagePlace;
  /** Its author. */
  readonly from: string;
  readonly content: string;
  readonly revision: number;
  readonly mentions?: readonly string[] | undefined;
  readonly at: number;
}
/** A message is gone but for its place (cap `edits`). */
export interface DeletedEvent {
  readonly type: 'deleted';
  readonly place: MessagePlace;
  readonly by: string;
  readonly reason?: string | undefined;
  readonly at: number;
}
