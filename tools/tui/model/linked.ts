import type { EventOf } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import { defaultChannel, type Link, type State, withConversation } from './state.ts';
import { type Effect, notice, type Step, step } from './step.ts';
import { greeted } from './welcome.ts';

/** What the client tells about itself with the event: it stands in no event. */
export interface Standing {
  readonly me: State['me'];
  readonly link: Omit<Link, 'state' | 'retryAt' | 'reason'>;
}

/** The connection is there, or gone. */
export function linked(state: State, event: EventOf<'state'>, { me, link }: Standing): Step {
  const reason = event.error === undefined ? '' : drawableLine(event.error.message);
  const retryAt = event.retryInMs === undefined ? null : state.now + event.retryInMs;
  const next: State = { ...state, link: { ...state.link, ...link, state: event.state, retryAt, reason }, me: me ?? state.me };
  if (event.state !== 'online') return step(next);
  const isFirst = state.conversations.size === 0;
  const entered: State = next.mode.kind === 'welcome' ? { ...next, mode: { kind: 'compose' } } : next;
  const opened = isFirst ? withConversation(entered, defaultChannel, (was) => was) : entered;
  if (link.generation === 1)
    return step(isFirst ? notice(opened, say(state.settings.lang, 'v1-only'), { tone: 'warn' }) : opened, {
      do: 'ask',
      ask: { type: 'users' },
    });
  // After a cut every conversation is asked for what came meanwhile; what arrives twice is drawn once.
  const missed = [...opened.conversations.values()].filter(({ lastOrder }) => lastOrder > 0);
  return step(
    isFirst ? greeted(opened) : opened,
    ...missed.map(({ name, lastOrder }) => history(name, { after: lastOrder })),
    ...(isFirst ? [history(defaultChannel, {})] : []),
    { do: 'ask', ask: { type: 'channels' } },
    { do: 'ask', ask: { type: 'users' } },
    ...(isFirst ? [{ do: 'ask', ask: { type: 'members', channel: defaultChannel } } as const] : []),
    ...(me?.isGuest === false ? [{ do: 'ask', ask: { type: 'conversations' } } as const] : []),
  );
}

/** Asks for messages of a place. */
export function history(place: string, cursor: Readonly<Record<string, number>>): Effect {
  const where = place.startsWith('#') ? { channel: place } : { with: place };
  return { do: 'ask', ask: { type: 'history', ...where, ...cursor, limit: 200 } };
}
