import type { Capability } from '../../server/protocol/capabilities.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { ChatEvent } from './events.ts';

/** An Ed25519 key with which one logs in. */
export interface LoginKey {
  /** As ssh-keygen writes it: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
  sign(text: Buffer): Buffer;
  /** Looks at the server’s identity before anything is signed, and throws when it is not the one that is known. */
  readonly trust: (server: ServerKey) => void;
}

/** Who one wants to be: a guest under a name, or an account; `isRegistering` makes the account first, if there is none. */
export type Identity =
  | { readonly guest: string }
  | { readonly user: string; readonly key: LoginKey }
  | { readonly user: string; readonly password: string; readonly isRegistering?: boolean; readonly totp?: string };

/** Who answers on an encrypted connection. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of its certificate, `AB:CD:…`. */
  readonly fingerprint: string;
  /** An authority that this machine knows vouches for it, under this name, today. */
  readonly isVouchedFor: boolean;
}

/** The identity of a server, with which it signs its challenges. */
export interface ServerKey {
  readonly host: string;
  readonly port: number;
  /** `SHA256:…`, as ssh-keygen writes it. */
  readonly fingerprint: string;
}

/** An encrypted connection: a certificate is believed when `ca` signed it, or when it is the one of this SHA-256 `fingerprint`. */
export interface TlsChoice {
  /** Looks at the server before a byte is said, and throws when it is not to be believed; instead of `ca` and `fingerprint`. */
  readonly trust?: (peer: Peer) => void;
  /** PEM; without it, and without a fingerprint, the certificate authorities that Node knows. */
  readonly ca?: string;
  /** SHA-256 of the certificate, in hexadecimal, with or without colons. */
  readonly fingerprint?: string;
  /** The name in the certificate, when it is not the host. */
  readonly servername?: string;
}

/** After a cut: the first wait is about `firstMs`, each is twice as long as the one before, none longer than `mostMs`; every one is jittered. */
export interface ReconnectPolicy {
  readonly firstMs?: number;
  readonly mostMs?: number;
  /** Attempts in a row before it gives up; unlimited without it. */
  readonly tries?: number;
}

/** Time and chance, so that tests can have their own. */
export interface Timers {
  now(): number;
  monotonic(): number;
  /** Calls `run` once after `ms`; the returned function cancels. */
  after(ms: number, run: () => void): () => void;
}

export interface ConnectOptions {
  readonly host?: string;
  readonly port?: number;
  readonly tls?: boolean | TlsChoice;
  readonly identity: Identity;
  /** Which events one wants beside messages and presence (protocol.md §3). With `echo` one's own messages are events as well. */
  readonly caps?: readonly Capability[];
  /** Channels to be in, entered at once and after every reconnection. */
  readonly channels?: readonly string[];
  /** `name/version`, told to the server. */
  readonly clientName?: string;
  /** The language of the server's texts. */
  readonly lang?: Lang;
  /** False: a cut is the end. */
  readonly reconnect?: boolean | ReconnectPolicy;
  /** Goes on trying when the very first attempt fails; without it `connect` rejects. */
  readonly isPatient?: boolean;
  /** Every line both ways, as it is on the wire, but for passwords and tokens. */
  readonly onWire?: (direction: 'in' | 'out', line: string) => void;
  /** Hears every event from the very first on, before `connect` resolves. */
  readonly onEvent?: (event: ChatEvent) => void;
  readonly limits?: Partial<ClientLimits>;
  readonly timers?: Timers;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** The bounds of the client, each with what happens at it. */
export interface ClientLimits {
  /** Messages that wait to be sent; one more fails at once with `server_busy`. */
  readonly unsent: number;
  /** Events that a slow reader has not taken; the ones past it are dropped, and a `lost` event tells where. */
  readonly events: number;
  /** A message that the server refuses for the moment is sent again when the time it names is over, if that is at most this long. */
  readonly mostWaitMs: number;
  /** Without an answer to `hello` for so long the server is a course server. */
  readonly helloMs: number;
  /** Longest time from the connection to the name. */
  readonly greetingMs: number;
  /** The client pings as often, and takes a server for dead that answers none for twice as long. */
  readonly pingMs: number;
}

export const shippedLimits: ClientLimits = {
  unsent: 1000,
  events: 10_000,
  mostWaitMs: 15_000,
  helloMs: 1500,
  greetingMs: 60_000,
  pingMs: 20_000,
};

/** Unlike the server's clock it keeps the process alive: a bot that waits for its server is at work. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
