/** Why a connection ended; the closed set of the metric and the log. */
export const closeReasons = [
  'client',
  'reset',
  'bad_lines',
  'line_too_long',
  'slow_line',
  'first_line',
  'idle',
  'vanished',
  'slow_consumer',
  'flood',
  'evicted',
  'replaced',
  'ended',
  'sanction',
  'door',
  'handshake',
  'drain',
  'error',
] as const;
export type CloseReason = (typeof closeReasons)[number];

/** What a connection tells its owner. All calls come from the event loop, never from inside `send`. */
export interface ConnectionOwner {
  onData(chunk: Buffer): void;
  /** The peer sends nothing more (FIN); it may still read. */
  onEnd(): void;
  /** After a write: so many bytes wait because the peer does not read. */
  onQueued(bytes: number): void;
  /** After a write: the kernel has all of it, at once or after a while, so that nothing waits any more. */
  onDrain(): void;
  /** The peer has answered a `ping` of the connection. */
  onAlive(): void;
  /** The link is gone; called once, last. */
  onClose(reason: CloseReason): void;
}

/** One link to a client, whatever carries it. */
export interface Connection {
  readonly id: string;
  /** The peer's address, IPv4-mapped ones as IPv4. */
  readonly address: string;
  readonly port: number;
  readonly transport: 'tcp' | 'tls' | 'ws';
  /** A secret that only the two ends of this encrypted connection have (RFC 9266); null: it has none. */
  readonly binding: Buffer | null;
  /** Bytes handed over and not yet taken by the kernel. */
  readonly queuedBytes: number;
  /** Queues bytes; they leave in this order, joined into one write at the end of the tick. */
  send(bytes: Buffer): void;
  /** Goes on encrypted, `first` being the beginning of the client's handshake. False: it cannot. */
  encrypt(first: Buffer): boolean;
  /** Stops and resumes reading. Both may be called repeatedly. */
  pause(): void;
  resume(): void;
  /** Asks the peer for a sign of life by the link's own means, if it has any. */
  ping?(): void;
  /** Says goodbye: sends what is queued and `last`, half-closes, throws away what still comes (at most 2 s), ends. */
  close(reason: CloseReason, last?: Buffer): void;
  /** Ends at once. */
  destroy(reason: CloseReason): void;
}
