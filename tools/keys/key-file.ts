import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { rawOf } from '../../server/base/identity.ts';
import { sshLine } from '../../server/protocol/key-login.ts';
import type { LoginKey } from '../client/main.ts';
import { readOpenSsh } from './openssh.ts';

/** A private key of somebody, read. */
export type OwnKey = Omit<LoginKey, 'trust'>;

/** Where one’s own key is, unless one says otherwise (XDG base directories). */
export function ownKeyPath(env: Readonly<Record<string, string | undefined>>): string {
  const config = env['XDG_CONFIG_HOME'];
  const base = config?.startsWith('/') === true ? config : join(env['HOME'] ?? homedir(), '.config');
  return join(base, 'classcord', 'id_ed25519');
}

/** Makes a key, for its owner’s eyes only. Throws EEXIST rather than replace one. */
export function makeKey(file: string, comment: string): OwnKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  const key = keyOf(privateKey, comment);
  writeFileSync(`${file}.pub`, `${key.publicKey}\n`);
  return key;
}

/** Reads a private Ed25519 key: PEM (PKCS#8), or OpenSSH’s own form without a passphrase. Throws what is wrong with it. */
export function readKey(file: string): OwnKey {
  const text = readFileSync(file, 'utf8');
  if (text.includes('BEGIN OPENSSH PRIVATE KEY')) {
    const { secret, comment } = readOpenSsh(text);
    return keyOf(secret, comment);
  }
  const secret = createPrivateKey(text);
  if (secret.asymmetricKeyType !== 'ed25519') throw new Error(`a key of the kind ${secret.asymmetricKeyType}, not ed25519`);
  return keyOf(secret, '');
}

function keyOf(secret: KeyObject, comment: string): OwnKey {
  return { publicKey: sshLine({ raw: rawOf(secret), comment }), sign: (text) => sign(null, text, secret) };
}
