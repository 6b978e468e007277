import { tokenPrefix } from './domain/tokens.ts';
import { bearerOf, charge, refused, type WebAccounts } from './gateway-auth.ts';
import type { House } from './house.ts';
import { ChatError } from './protocol/errors.ts';
import { type Lang, langOf } from './protocol/texts.ts';
import { type Opening, serveOpened } from './serve.ts';
import type { ConnectionOwner } from './transport/connection.ts';
import type { Asked } from './transport/websocket.ts';
import type { WebSocketConnection } from './transport/websocket-connection.ts';

interface OpeningParts {
  readonly house: House;
  readonly web: WebAccounts;
  /** Whether a page of that origin may come in. */
  readonly isAllowed: (origin: string | undefined, host: string | undefined) => boolean;
}

/** A client of the second seed has said who it is after so long. */
const loginWithinMs = 10_000;

/** What a handshake asks for: which dialect, and in whose name. Throws HttpRefusal. */
export function openings({ house, web, isAllowed }: OpeningParts) {
  return async (asked: Asked, isV2: boolean): Promise<(connection: WebSocketConnection) => ConnectionOwner> => {
    const { request, url, entry } = asked;
    const { origin, host } = request.headers;
    const lang = langOf(url.searchParams.get('lang') ?? undefined, isV2 ? house.lang : 'fr');
    if (!isAllowed(origin, host)) throw refused(new ChatError('forbidden', { text: 'origin_refused' }), lang);
    if (url.pathname !== '/' && url.pathname !== '/ws') throw refused(new ChatError('not_found'), lang);
    const token = bearerOf(request) ?? url.searchParams.get('token');
    if (token !== null) await verified({ token, asked }, { house, web, lang });
    return (connection) => {
      const { owner, lines } = serveOpened(connection, { entry, opening: openingOf(house, { isV2, lang }) }, house);
      if (url.searchParams.has('token')) house.telemetry.tokenInAddress(connection);
      if (token !== null) lines.ask({ type: 'login', token, isSilent: true });
      return owner;
    };
  };
}

/** A token that is no good is refused before the handshake: 401. */
async function verified(
  { token, asked }: { token: string; asked: Asked },
  { house, web, lang }: { house: House; web: WebAccounts; lang: Lang },
): Promise<void> {
  try {
    charge(asked, house, 'login');
    if (token.startsWith(tokenPrefix)) await web.tokens.prove(token);
    else await web.webLogins.verify(token);
  } catch (error) {
    const told = ChatError.from(error);
    house.telemetry.requestRefused(told.code);
    if (told.code === 'internal') house.telemetry.fault(told.cause, 'token');
    throw refused(told, lang);
  }
}

function openingOf(house: House, { isV2, lang }: { isV2: boolean; lang: Lang }): Opening {
  if (isV2) return { dialect: house.v2, lang, caps: new Set(), loginWithinMs: null };
  return { dialect: house.roomchat[lang], lang, caps: new Set(['echo']), loginWithinMs };
}
