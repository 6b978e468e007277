import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Clock } from '../base/clock.ts';
import type { Certificate } from './certificate.ts';

/** How a handshake ended. `crowded`: it made room for a newer one. */
export const handshakeOutcomes = ['ok', 'failed', 'late', 'crowded'] as const;
export type HandshakeOutcome = (typeof handshakeOutcomes)[number];

export interface TlsOptions {
  readonly clock: Clock;
  readonly handshakeMs: number;
  /** Handshakes at once. */
  readonly handshakes: number;
  readonly onHandshake: (outcome: HandshakeOutcome, address: string, error?: Error) => void;
}

interface Handshake {
  readonly address: string;
  end(outcome: HandshakeOutcome, error?: Error): void;
}

/**
 * The server's side of TLS: the certificate that newcomers get, and the handshakes under way. Another certificate may be put in at any
 * time; whoever is connected stays with the former one.
 */
export class Tls {
  readonly #options: TlsOptions;
  #certificate: Certificate;
  /** In order of arrival. */
  readonly #handshakes = new Set<Handshake>();

  constructor(certificate: Certificate, options: TlsOptions) {
    this.#certificate = certificate;
    this.#options = options;
  }

  get certificate(): Certificate {
    return this.#certificate;
  }

  /** What another listener encrypts with (`SNICallback`, `setSecureContext`): asked for each connection anew. */
  secureContext(): SecureContext {
    return this.#certificate.context;
  }

  use(certificate: Certificate): void {
    this.#certificate = certificate;
  }

  /** Goes on encrypted: what `socket` has received and not given out is the beginning of the handshake. Emits `secure`, or ends with an error. */
  wrap(socket: Socket, address: string): TLSSocket {
    if (this.#handshakes.size >= this.#options.handshakes) this.#makeRoom();
    const secured = new TLSSocket(socket, { isServer: true, secureContext: this.#certificate.context });
    secured.disableRenegotiation();
    const { clock, handshakeMs, onHandshake } = this.#options;
    const cancel = clock.after(handshakeMs, () => handshake.end('late', new Error('the handshake took too long')));
    const handshake: Handshake = {
      address,
      end: (outcome, error) => {
        if (!this.#handshakes.delete(handshake)) return;
        cancel();
        onHandshake(outcome, address, error);
        if (outcome !== 'ok') secured.destroy(error);
      },
    };
    this.#handshakes.add(handshake);
    secured.once('secure', () => handshake.end('ok'));
    secured.once('error', (error) => handshake.end('failed', error));
    secured.once('close', () => handshake.end('failed', new Error('the connection ended')));
    // A fault in what comes after the handshake is not an `error` of a socket that was made by hand.
    secured.on('_tlsError', (error: Error) => {
      if (!this.#handshakes.has(handshake)) secured.destroy(error);
    });
    return secured;
  }

  /** An honest handshake is over in a moment: the oldest one of the address that has most under way goes. */
  #makeRoom(): void {
    const counts = new Map<string, number>();
    for (const { address } of this.#handshakes) counts.set(address, (counts.get(address) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const victim = [...this.#handshakes].find(({ address }) => counts.get(address) === most);
    victim?.end('crowded', new Error('too many handshakes at once'));
  }
}
