import type { EventOf } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import { defaultChannel, type Link, type State, withConversation } from './state.ts';
import { type Effect, notice, type Step, step } from './step.ts';
import { asked, greeted } from './welcome.ts';

/** What the client tells about itself with the event: it stands in no event. */
export interface Standing {
  readonly me: State['me'];
  readonly link: Omit<Link, 'state' | 'retryAt' | 'reason'>;
}

/** What the password can mend, and the new code that is asked for after it. */
const ofProof: ReadonlySet<string> = new Set(['login_failed', 'totp_required', 'totp_failed', 'session_expired']);

/** The connection is there, or gone. */
export function linked(state: State, event: EventOf<'state'>, { me, link }: Standing): Step {
  const reason = event.error === undefined ? '' : drawableLine(event.error.textIn(state.settings.lang));
  const retryAt = event.retryInMs === undefined ? null : state.now + event.retryInMs;
  const next: State = { ...state, link: { ...state.link, ...link, state: event.state, retryAt, reason }, me: me ?? state.me };
  // Who was in and is not let in again answers once more; what was said and half written is still there afterwards.
  const { error } = event;
  if (event.state === 'closed' && state.conversations.size > 0 && error !== undefined && ofProof.has(error.code)) {
    const why = error.code === 'login_failed' ? reason : '';
    return step(asked({ ...next, link: { ...next.link, state: 'idle' } }, { why, code: 'login_failed' }));
  }
  if (event.state !== 'online') return step(next);
  const isFirst = state.conversations.size === 0;
  const entered: State = next.mode.kind === 'welcome' ? { ...next, mode: { kind: 'compose' } } : next;
  const opened = isFirst ? withConversation(entered, defaultChannel, (was) => was) : withoutMembers(entered);
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
    ...(isFirst ? [defaultChannel] : shownChannels(opened)).map((channel): Effect => ({ do: 'ask', ask: { type: 'members', channel } })),
    ...(me?.isGuest === false ? [{ do: 'ask', ask: { type: 'conversations' } } as const] : []),
  );
}

/** The channels whose members may be on the screen: the one that is looked at, and the one above it. */
function shownChannels({ conversations, current, panes }: State): string[] {
  return [current, panes.split].flatMap((key) => {
    const one = key === null ? undefined : conversations.get(key);
    return one === undefined || one.isPrivate ? [] : [one.name];
  });
}

/** Who came and went during a cut was not told: of what is not shown now the list is asked for when it is opened. */
function withoutMembers(state: State): State {
  const shown = shownChannels(state);
  const others = [...state.conversations.values()].filter(({ name, members }) => members !== null && !shown.includes(name));
  return others.reduce((was, { name }) => withConversation(was, name, (one) => ({ ...one, members: null })), state);
}

/** Asks for messages of a place. */
export function history(place: string, cursor: Readonly<Record<string, number>>): Effect {
  const where = place.startsWith('#') ? { channel: place } : { with: place };
  return { do: 'ask', ask: { type: 'history', ...where, ...cursor, limit: 200 } };
}
