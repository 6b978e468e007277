/** What the first bytes of a connection ask for (protocol.md §1). */
export type Door = 'lines' | 'plain' | 'metrics' | 'tls' | 'http';

const metricsWord = 'GET_METRICS';
const httpMethods = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'TRACE ', 'CONNECT ', 'PRI '];
const words = [metricsWord, ...httpMethods];

/** The door that `first`, all that has come so far, opens; null while more must come to know. */
export function doorOf(first: Buffer): Door | null {
  if (first.length === 0) return null;
  if (first[0] === 0x16) return 'tls';
  if (first[0] === 0x2f) return 'plain';
  const start = first.toString('latin1', 0, metricsWord.length);
  if (start.startsWith(metricsWord)) return 'metrics';
  if (httpMethods.some((method) => start.startsWith(method))) return 'http';
  return words.some((word) => word.startsWith(start)) ? null : 'lines';
}
