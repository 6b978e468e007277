import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';

/** Where a certificate is, and the oldest TLS that it is offered with. */
export interface CertificateFiles {
  /** PEM; the certificate itself first, then its chain. */
  readonly cert: string;
  readonly key: string;
  readonly minVersion: '1.2' | '1.3';
}

/** A certificate that can be served, and what people ask about it. */
export interface Certificate {
  readonly context: SecureContext;
  /** SHA-256, `AB:CD:…`. */
  readonly fingerprint: string;
  /** Whom it names: `chat.example, 192.168.1.5`. */
  readonly names: string;
  /** When its time begins and ends, in ms since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** What is wrong with a certificate or its key: one that stays out of use. `file` says where. */
export class CertificateProblem extends Error {
  override readonly name = 'CertificateProblem';
  readonly problem: 'cert_unreadable' | 'cert_unusable' | 'cert_mismatch';
  readonly file: string;
  /** The system’s word for it. */
  readonly why: string;

  constructor(problem: CertificateProblem['problem'], file: string, cause?: unknown) {
    const { code, message = '' } = (cause ?? {}) as NodeJS.ErrnoException;
    super(`${file}: ${problem}`, { cause });
    this.problem = problem;
    this.file = file;
    this.why = (problem === 'cert_unreadable' ? code : undefined) ?? message;
  }
}

/** Forward secrecy and authenticated encryption only; the first three are those of TLS 1.3. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Reads a certificate and its key. Throws CertificateProblem when they cannot be served; one whose time is over can. */
export function readCertificate({ cert, key, minVersion }: CertificateFiles): Certificate {
  const [certText, keyText] = [readText(cert), readText(key)];
  const x509 = usable(cert, () => new X509Certificate(certText));
  const privateKey = usable(key, () => createPrivateKey(keyText));
  if (!x509.checkPrivateKey(privateKey)) throw new CertificateProblem('cert_mismatch', key);
  const context = usable(cert, () => contextOf(certText, privateKey, minVersion));
  return {
    context,
    fingerprint: x509.fingerprint256,
    names: (x509.subjectAltName ?? x509.subject).replace(/(?:DNS|IP Address):/g, ''),
    validFrom: Date.parse(x509.validFrom),
    validTo: Date.parse(x509.validTo),
  };
}

function contextOf(cert: string, key: KeyObject, minVersion: CertificateFiles['minVersion']): SecureContext {
  const version: SecureVersion = `TLSv${minVersion}`;
  return createSecureContext({
    cert,
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    minVersion: version,
    ciphers,
    honorCipherOrder: true,
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CertificateProblem('cert_unreadable', file, cause);
  }
}

function usable<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new CertificateProblem('cert_unusable', file, cause);
  }
}
