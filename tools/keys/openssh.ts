import { createPrivateKey, type KeyObject } from 'node:crypto';

const magic = 'openssh-key-v1\0';

/** The private Ed25519 key in a file of ssh-keygen (PROTOCOL.key of OpenSSH). Throws when it has a passphrase, or is of another kind. */
export function readOpenSsh(text: string): { secret: KeyObject; comment: string } {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1] ?? '';
  const file = new Fields(Buffer.from(base64, 'base64'));
  if (file.bytes(magic.length).toString('latin1') !== magic) throw new Error('no key of OpenSSH');
  const cipher = file.text();
  file.field();
  file.field();
  if (file.number() !== 1) throw new Error('not one key');
  file.field();
  if (cipher !== 'none') throw new Error('it has a passphrase; make one without for this: classcord key make');
  const keys = new Fields(file.field());
  const [check, again] = [keys.number(), keys.number()];
  if (check !== again) throw new Error('damaged');
  const kind = keys.text();
  if (kind !== 'ssh-ed25519') throw new Error(`a key of the kind ${kind}, not ssh-ed25519`);
  const x = keys.field().toString('base64url');
  const d = keys.field().subarray(0, 32).toString('base64url');
  return { secret: createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' }), comment: keys.text() };
}

/** Reads what SSH writes: numbers of four bytes, and fields with their length before them. */
class Fields {
  #rest: Buffer;

  constructor(all: Buffer) {
    this.#rest = all;
  }

  bytes(length: number): Buffer {
    if (length > this.#rest.length) throw new Error('it is cut off');
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  number(): number {
    return this.bytes(4).readUInt32BE();
  }

  field(): Buffer {
    return this.bytes(this.number());
  }

  text(): string {
    return this.field().toString('utf8');
  }
}
