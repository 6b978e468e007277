import type { Server } from 'node:net';
import { listenAll } from './app-parts.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/schema.ts';
import type { House } from './house.ts';
import type { Lang } from './protocol/texts.ts';
import { serve } from './serve.ts';
import type { Tick } from './transport/outbox.ts';
import type { TcpOptions } from './transport/tcp.ts';
import type { Tls } from './transport/tls.ts';

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly lang: Lang;
  readonly tick: Tick;
  readonly house: House;
  readonly tls: Tls | null;
}

/** Opens the chat addresses, those for both and those for TLS alone. Rejects with CommandError when one cannot be had. */
export async function listenChat({ config, clock, log, lang, tick, house, tls }: Parts): Promise<Server[]> {
  const { admission, telemetry } = house;
  const options: Omit<TcpOptions, 'accept'> = {
    tick,
    tls,
    keepAliveMs: config.limits.keepalive_s * 1000,
    admit(address) {
      const answer = admission.ask(address, clock.monotonic());
      if (typeof answer !== 'string') return answer;
      telemetry.connectionRefused(address, answer);
      return null;
    },
    onBytes: telemetry.bytes,
  };
  const { listen, tls_listen } = config.server;
  const encrypted: House = { ...house, needsTls: true };
  const open = await listenAll(listen, { log, lang }, { ...options, accept: (connection, entry) => serve(connection, entry, house) });
  try {
    const closed = await listenAll(
      tls_listen,
      { log, lang },
      { ...options, accept: (connection, entry) => serve(connection, entry, encrypted) },
    );
    return [...open, ...closed];
  } catch (error) {
    for (const server of open) server.close();
    throw error;
  }
}
