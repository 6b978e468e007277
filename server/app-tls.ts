import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Clock } from './base/clock.ts';
import { CommandError } from './base/exit-codes.ts';
import type { Telemetry } from './base/telemetry.ts';
import type { Config } from './config/schema.ts';
import { type Lang, text } from './protocol/texts.ts';
import { type Certificate, type CertificateFiles, CertificateProblem, readCertificate } from './transport/certificate.ts';
import { Tls } from './transport/tls.ts';

const lookMs = 2000;
/** With less time left than that, the log says so whenever the certificate is read. */
const soonMs = 14 * 24 * 3600 * 1000;

interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly lang: Lang;
  readonly telemetry: Telemetry;
}

/** TLS as the settings want it. */
export interface AppTls {
  /** Null: there is no certificate. */
  readonly tls: Tls | null;
  /** Reads the certificate again; one that cannot be used leaves the former one where it is. */
  reload(): void;
  stop(): void;
}

/** Where the settings say that the certificate is; null: there is none. */
export function certificateFiles({ tls }: Config): CertificateFiles | null {
  return tls.cert === '' ? null : { cert: tls.cert, key: tls.key, minVersion: tls.min_version };
}

/** Reads the certificate, and again whenever its files have changed. One that cannot be used at the start is a wrong setting (exit 78). */
export function startTls({ config, clock, lang, telemetry }: Parts): AppTls {
  const files = certificateFiles(config);
  if (files === null) return { tls: null, reload: () => undefined, stop: () => undefined };
  const tls = new Tls(firstCertificate(files, lang), {
    clock,
    handshakeMs: config.tls.handshake_s * 1000,
    handshakes: config.tls.handshakes,
    onHandshake: telemetry.handshakeEnded,
  });
  const tell = () => tellCertificate(tls.certificate, files, { lang, telemetry, now: clock.now() });
  tell();
  telemetry.metrics.watch(
    'classcord_tls_certificate_expiry_timestamp_seconds',
    'When the time of the certificate ends, Unix time; missing: there is none.',
    null,
    () => ({ all: tls.certificate.validTo / 1000 }),
  );
  const reload = () => {
    try {
      tls.use(readCertificate(files));
      tell();
    } catch (error) {
      telemetry.certificateRefused(fileOf(error), problemText(error, lang));
    }
  };
  return { tls, reload, stop: followFiles([files.cert, files.key], { clock, onChange: reload }) };
}

/** What is wrong with a certificate, in one line. */
export function problemText(error: unknown, lang: Lang): string {
  if (!(error instanceof CertificateProblem)) throw error;
  return text(lang, error.problem, { file: error.file, why: error.why });
}

function firstCertificate(files: CertificateFiles, lang: Lang): Certificate {
  try {
    return readCertificate(files);
  } catch (error) {
    throw new CommandError('config', problemText(error, lang), { cause: error });
  }
}

function tellCertificate(
  { fingerprint, names, validTo }: Certificate,
  { cert: file }: CertificateFiles,
  { lang, telemetry, now }: { lang: Lang; telemetry: Telemetry; now: number },
): void {
  const until = new Date(validTo).toISOString();
  telemetry.certificateLoaded({ file, fingerprint, names, until });
  if (validTo - now < soonMs) telemetry.log.warn('certificate.expiry', { file, until }, text(lang, 'cert_expiring', { file, until }));
}

function fileOf(error: unknown): string {
  return error instanceof CertificateProblem ? error.file : '';
}

/** Calls `onChange` once files that changed have rested for a look: a certificate and its key are written one after the other. */
function followFiles(files: readonly string[], { clock, onChange }: { clock: Clock; onChange: () => void }): () => void {
  let used = files
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map(markOf)
    .join();
  let last = used;
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    const now = (await Promise.all(files.map((file) => stat(file).then(markOf, () => 'none')))).join();
    isLooking = false;
    const isResting = now === last;
    last = now;
    if (!isResting || now === used) return;
    used = now;
    onChange();
  };
  return clock.every(lookMs, () => void look());
}

/** What tells one state of a file from another. */
function markOf(stats: Stats | undefined): string {
  return stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
