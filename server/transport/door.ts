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
  if (first[0] === 0xff) return first.length === 1 ? null : isNegotiation(first[1]) ? 'plain' : 'lines';
  const start = first.toString('latin1', 0, metricsWord.length);
  if (start.startsWith(metricsWord)) return 'metrics';
  if (httpMethods.some((method) => start.startsWith(method))) return 'http';
  return words.some((word) => word.startsWith(start)) ? null : 'lines';
}

/** WILL, WONT, DO or SB after the IAC: a telnet client that negotiates before anybody types. (DONT would be the byte order mark of UTF-16.) */
function isNegotiation(command: number | undefined): boolean {
  return command === 0xfa || command === 0xfb || command === 0xfc || command === 0xfd;
}
