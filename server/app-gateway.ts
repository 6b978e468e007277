import { CommandError } from './base/exit-codes.ts';
import type { Log } from './base/log.ts';
import { parseHostPort } from './config/addresses.ts';
import { type Config, defaultGateway } from './config/schema.ts';
import { authAnswers, type WebAccounts } from './gateway-auth.ts';
import { openings } from './gateway-open.ts';
import type { House } from './house.ts';
import { type Lang, text } from './protocol/texts.ts';
import { Forwarded } from './transport/forwarded.ts';
import { originPolicy } from './transport/origins.ts';
import type { Tick } from './transport/outbox.ts';
import type { Tls } from './transport/tls.ts';
import { type Gateway, listenGateway } from './transport/websocket.ts';
import { SharedFrames } from './transport/websocket-frames.ts';

interface GatewayParts {
  readonly house: House;
  readonly tick: Tick;
  readonly log: Log;
  readonly lang: Lang;
  readonly web: WebAccounts;
  readonly tls: Tls | null;
}

/** Frames may be a little longer than lines, so that a line which is only just too long is told so. */
const roomToComplain = 1024;

/** Opens the WebSocket gateway, if the settings want it. An address that somebody chose and cannot be had is exit 77; the default one is done without. */
export async function openGateway(config: Config, parts: GatewayParts): Promise<Gateway | null> {
  const { gateway, limits } = config;
  const place = parseHostPort(gateway.listen);
  if (place === null) return null;
  const { house, tick, log, lang, web } = parts;
  const tls = gateway.tls ? parts.tls : null;
  const { admission, clock, telemetry } = house;
  const isAllowed = originPolicy({ allowed: gateway.origins, needsOrigin: gateway.needs_origin });
  try {
    const open = await listenGateway(place, {
      tick,
      clock,
      frames: new SharedFrames(tick),
      encrypt: tls === null ? null : (socket, address) => tls.wrap(socket, address),
      keepAliveMs: limits.keepalive_s * 1000,
      frameBytes: limits.line_bytes + roomToComplain,
      mostSockets: limits.connections,
      forwarded: new Forwarded(gateway.trusted_proxies),
      subprotocol: 'classcord.v2',
      admit(address) {
        const answer = admission.ask(address, clock.monotonic());
        if (typeof answer === 'string') telemetry.connectionRefused(address, answer);
        return answer;
      },
      count(entry, link) {
        const admitted = admission.enter(entry, link);
        return () => admission.leave(admitted);
      },
      open: openings({ house, web, isAllowed }),
      answer: authAnswers({ house, web, isAllowed }),
      onBytes: (read, written) => telemetry.bytes('ws', read, written),
      onFault: (error) => telemetry.fault(error, 'gateway'),
    });
    log.info('gateway.listen', { address: open.address, tls: tls !== null });
    return open;
  } catch (cause) {
    const { code: why = String(cause) } = cause as NodeJS.ErrnoException;
    if (gateway.listen !== defaultGateway) {
      throw new CommandError('port', text(lang, why === 'EADDRINUSE' ? 'port_taken' : 'port_refused', { address: gateway.listen, why }), {
        cause,
      });
    }
    log.warn(
      'gateway.unavailable',
      { address: gateway.listen, code: why },
      text(lang, 'gateway_unavailable', { address: gateway.listen, why }),
    );
    return null;
  }
}
