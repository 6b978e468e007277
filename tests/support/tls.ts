import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { selfSigned } from '../../tools/cert/self-signed.ts';

/** A certificate for `chat.test` and this machine, in files that are removed when the test ends. */
export class TestCertificate {
  readonly cert: string;
  readonly key: string;
  #fingerprint = '';

  constructor(folder: string) {
    this.cert = join(folder, 'cert.pem');
    this.key = join(folder, 'key.pem');
  }

  /** What a server is told, as `--set` takes it. */
  get settings(): readonly string[] {
    return [`tls.cert=${this.cert}`, `tls.key=${this.key}`];
  }

  /** SHA-256, as Node and openssl write it. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** Puts another certificate, and its key, in place of the former. */
  async renew({ days = 30, now = Date.now() }: { days?: number; now?: number } = {}): Promise<this> {
    const made = await selfSigned({ names: ['chat.test', 'localhost'], ips: ['127.0.0.1'], days, now });
    this.#fingerprint = new X509Certificate(made.cert).fingerprint256;
    writeFileSync(this.key, made.key, { mode: 0o600 });
    writeFileSync(this.cert, made.cert);
    return this;
  }
}

export function certificate(t: TestContext, validity?: { days?: number; now?: number }): Promise<TestCertificate> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return new TestCertificate(folder).renew(validity);
}
