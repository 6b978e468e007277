import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** How many connections ended for that reason. The log tells at most a hundred a second; this count misses none. */
export async function closedAs(port: number, reason: string): Promise<number> {
  const metrics = await text(connect({ host: '127.0.0.1', port, allowHalfOpen: true }).end('GET_METRICS\n'));
  return Number(new RegExp(`^classcord_connections_closed_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
}
