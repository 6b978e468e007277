import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { ChatError } from '../../server/protocol/errors.ts';
import { type KeyLoginFacts, keyLoginText, readSshKey, sshBlob } from '../../server/protocol/key-login.ts';
import type { Line, Link } from './link.ts';
import type { LoginKey } from './options.ts';
import type { Tongue } from './tongue.ts';

/**
 * Logs in with a key: the server signs first, and nothing is signed for one that is not known or cannot prove itself. Throws
 * `server_changed`, `unknown_type` on v1, and what the server says.
 */
export async function loginWithKey(tongue: Tongue, link: Link, { user: username, key }: { user: string; key: LoginKey }): Promise<Line> {
  if (tongue.generation === 1) throw new ChatError('unknown_type', { params: { type: 'login' } });
  const own = readSshKey(key.publicKey);
  if (own === null) throw new ChatError('invalid_field', { field: 'key' });
  const clientNonce = randomBytes(32).toString('base64');
  const challenge = await tongue.ask({ type: 'login', username, key: key.publicKey, nonce: clientNonce });
  const { server_key, signature, nonce } = challenge;
  const server = typeof server_key === 'string' ? readSshKey(server_key) : null;
  if (server === null || typeof signature !== 'string' || typeof nonce !== 'string') throw new ChatError('server_changed');
  const facts: KeyLoginFacts = {
    server: server.raw,
    key: own.raw,
    username,
    clientNonce,
    serverNonce: nonce,
    binding: link.binding?.toString('base64') ?? '',
  };
  if (!isSigned(keyLoginText('server', facts), server.raw, signature)) throw new ChatError('server_changed');
  key.trust({ ...link.place, fingerprint: fingerprintOf(server.raw) });
  return tongue.ask({ type: 'login', username, signature: key.sign(Buffer.from(keyLoginText('client', facts))).toString('base64') });
}

function isSigned(text: string, raw: string, signature: string): boolean {
  const x = Buffer.from(raw, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function fingerprintOf(raw: string): string {
  return `SHA256:${createHash('sha256').update(sshBlob(raw)).digest('base64').replace(/=+$/, '')}`;
}
