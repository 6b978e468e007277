/** The 32 bytes of an Ed25519 key, as its OpenSSH line wraps them: `ssh-ed25519 AAAA… comment`. */
export interface SshKey {
  /** Base64, without what is around it in the line. */
  readonly raw: string;
  readonly comment: string;
}

const kind = 'ssh-ed25519';
/** Length-prefixed name, then the length of the key (RFC 8709). */
const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
const keyBytes = 32;

/** Reads a public key as ssh-keygen writes it; null: it is none of this kind. */
export function readSshKey(line: string): SshKey | null {
  const [, base64 = '', comment = ''] = /^ssh-ed25519 ([A-Za-z0-9+/]{68})(?: ([^\r\n]*))?\s*$/.exec(line.trim()) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== head.length + keyBytes || !bytes.subarray(0, head.length).equals(head)) return null;
  return { raw: bytes.subarray(head.length).toString('base64'), comment: comment.trim() };
}

/** What a fingerprint is the SHA-256 of. */
export function sshBlob(raw: string): Buffer {
  return Buffer.concat([head, Buffer.from(raw, 'base64')]);
}

export function sshLine({ raw, comment }: SshKey): string {
  return `${kind} ${sshBlob(raw).toString('base64')}${comment === '' ? '' : ` ${comment}`}`;
}

/** All that both ends of a key login agree on. */
export interface KeyLoginFacts {
  /** Raw keys, base64. */
  readonly server: string;
  readonly key: string;
  readonly username: string;
  /** Chance of both sides, each good for one login. */
  readonly clientNonce: string;
  readonly serverNonce: string;
  /** What only the two ends of this encrypted connection have, base64; empty: it is not encrypted. */
  readonly binding: string;
}

/**
 * What is signed, first by the server, then by the client: text, so that it can be read. The first line keeps a signature from
 * meaning anything elsewhere, and the two sides' from being each other's.
 */
export function keyLoginText(side: 'server' | 'client', facts: KeyLoginFacts): string {
  return [
    `classcord key login 1, ${side}`,
    `server ${facts.server}`,
    `key ${facts.key}`,
    `username ${JSON.stringify(facts.username)}`,
    `client nonce ${facts.clientNonce}`,
    `server nonce ${facts.serverNonce}`,
    `binding ${facts.binding}`,
    '',
  ].join('\n');
}
