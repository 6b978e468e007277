import { ChatError } from '../../server/protocol/errors.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { Peer, ServerKey } from '../client/main.ts';
import { type KnownServers, type Mark, nameOf, type Place } from './known-servers.ts';

/** How a client finds out whether a server is the one it knows; both throw when it is not. */
export interface Trust {
  readonly certificate: (peer: Peer) => void;
  readonly key: (key: ServerKey) => void;
}

/**
 * Believes what an authority vouched for, else what was seen first: an unknown certificate or identity is told and kept, another one
 * than the known is refused, and so is a server that an authority vouched for once and now nobody.
 */
export function trustIn(known: KnownServers, { lang, onFirst }: { lang: () => Lang; onFirst: (text: string) => void }): Trust {
  const first = (place: Place, mark: Mark & { readonly fingerprint: string }, text: keyof typeof texts) => {
    keep(known, place, mark);
    onFirst(fill(texts[text][lang()], { place: nameOf(place), fingerprint: mark.fingerprint, file: known.file }));
  };
  return {
    certificate(peer) {
      const { tls } = known.find(peer);
      if (peer.isVouchedFor) {
        if (tls?.kind !== 'ca') keep(known, peer, { kind: 'ca' });
        return;
      }
      if (tls === null) first(peer, { kind: 'tls', fingerprint: peer.fingerprint }, 'first_certificate');
      else if (tls.kind === 'ca' || tls.fingerprint !== peer.fingerprint) {
        const former = tls.kind === 'ca' ? texts.vouched[lang()] : tls.fingerprint;
        throw changed('certificate_changed', peer, { former, fingerprint: peer.fingerprint });
      }
    },
    key(server) {
      const { key } = known.find(server);
      if (key === null || key.kind === 'ca') first(server, { kind: 'key', fingerprint: server.fingerprint }, 'first_key');
      else if (key.fingerprint !== server.fingerprint)
        throw changed('identity_changed', server, { former: key.fingerprint, fingerprint: server.fingerprint });
    },
  };
}

function changed(
  text: 'certificate_changed' | 'identity_changed',
  place: Place,
  { former, fingerprint }: { former: string; fingerprint: string },
): ChatError {
  return new ChatError('server_changed', { text, params: { place: nameOf(place), former, fingerprint } });
}

/** What cannot be remembered cannot be known again: then it is not believed either. */
function keep(known: KnownServers, place: Place, mark: Mark): void {
  try {
    known.keep(place, mark);
  } catch (cause) {
    throw new ChatError('unreachable', { cause });
  }
}

function fill(text: string, params: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
}

const texts = {
  first_certificate: {
    en: 'First time at {place}. Its certificate has the SHA-256 {fingerprint}: compare it with what its operator says. It is remembered in {file}.',
    fr: 'Première fois chez {place}. Son certificat a le SHA-256 {fingerprint} : comparez-le avec ce que dit son exploitant. Il est retenu dans {file}.',
  },
  first_key: {
    en: 'First key login at {place}. Its identity is {fingerprint}: compare it with what its operator says. It is remembered in {file}.',
    fr: 'Première connexion par clé chez {place}. Son identité est {fingerprint} : comparez-la avec ce que dit son exploitant. Elle est retenue dans {file}.',
  },
  vouched: { en: 'a certificate that an authority vouched for', fr: 'un certificat garanti par une autorité' },
} as const;
