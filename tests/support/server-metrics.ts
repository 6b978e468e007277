import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** The server's figures as text, asked for as an operator does with netcat. */
export function metricsOf(port: number): Promise<string> {
  return text(connect({ host: '127.0.0.1', port, allowHalfOpen: true }).end('GET_METRICS\n'));
}

/** The sum of a counter over all its labels, or over those that match. */
export function sumOf(metrics: string, name: string, labels = /(?:)/): number {
  const series = [...metrics.matchAll(new RegExp(`^${name}(\\{.*\\})? (\\S+)$`, 'gm'))];
  return series.filter(([, label = '']) => labels.test(label)).reduce((sum, [, , value]) => sum + Number(value), 0);
}

/** How many connections ended for that reason. The log tells at most a hundred a second; this count misses none. */
export async function closedAs(port: number, reason: string): Promise<number> {
  return sumOf(await metricsOf(port), 'classcord_connections_closed_total', new RegExp(`"${reason}"`));
}
