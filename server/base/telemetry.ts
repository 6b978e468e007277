import type { Alerts } from './alerts.ts';
import { logFailedLogin } from './failed-login.ts';
import type { Log } from './log.ts';
import { type Metrics, type Transport, transports } from './metrics.ts';

/** Where a connection comes from, for the log. */
export interface Origin {
  readonly id: string;
  readonly address: string;
  readonly port: number;
}

/** Ends that the server or the client meant: no wave. */
const ownEnds: ReadonlySet<string> = new Set(['drain', 'door', 'replaced', 'ended', 'evicted']);

/** One message in so many is timed: the distribution is the same, the cost a sixteenth. */
const sampling = 16;

const percent = (share: number) => Math.round(share * 100);

/**
 * One function per event worth knowing: its counter and its log line together. Never a password, a token or the text of a message.
 */
export function createTelemetry(log: Log, metrics: Metrics, alerts: Pick<Alerts, 'note'> = { note: () => undefined }) {
  let messages = 0;
  let opened = 0;
  let open = 0;
  let shortage = { toldAt: Number.NEGATIVE_INFINITY, cut: 0 };
  const source = ({ address, port, id }: Origin) => ({ ip: address, port, session: id });
  return {
    log,
    metrics,
    get totals() {
      return { connections: opened, messages };
    },
    connectionOpened(origin: Origin & { readonly transport: Transport }): void {
      opened += 1;
      open += 1;
      metrics.opened.add(origin.transport);
      log.info('connection.open', source(origin));
    },
    connectionRefused(address: string, reason: 'full' | 'address' | 'rate' | 'memory'): void {
      metrics.rejected.add(reason);
      alerts.note('flood');
      if (log.isDebug) log.debug('connection.refuse', { ip: address, reason });
    },
    connectionClosed(origin: Origin, reason: string, user: string | undefined): void {
      metrics.closed.add(reason);
      open -= 1;
      if (!ownEnds.has(reason)) alerts.note('disconnects', (count) => count >= open);
      log.info('connection.close', { ...source(origin), reason, ...(user === undefined ? {} : { user }) });
    },
    /** `error`: of the one that failed. */
    handshakeEnded(outcome: 'ok' | 'failed' | 'late' | 'crowded', address: string, error?: Error): void {
      metrics.handshakes.add(outcome);
      if (outcome !== 'ok') log.info('handshake.end', { ip: address, outcome: 'failure', reason: outcome, error: error?.message ?? '' });
    },
    /** TLS came, and there is no certificate. */
    tlsRefused(origin: Origin): void {
      log.info('handshake.refuse', { ...source(origin), outcome: 'failure' }, 'TLS is not set up here: tls.cert and tls.key');
    },
    plaintextRefused(origin: Origin): void {
      metrics.plaintextRefused.add('all');
      log.info('plaintext.refuse', { ...source(origin), outcome: 'failure' });
    },
    certificateLoaded(facts: {
      readonly file: string;
      readonly fingerprint: string;
      readonly names: string;
      readonly until: string;
    }): void {
      metrics.certificateLoads.add('loaded');
      log.info('certificate.load', { ...facts, outcome: 'success' });
    },
    /** The former certificate stays. */
    certificateRefused(file: string, message: string): void {
      metrics.certificateLoads.add('refused');
      log.error('certificate.load', { file, outcome: 'failure' }, message);
    },
    requestHandled(type: string): void {
      metrics.requests.add(type);
    },
    /** `type`: of the request, if the line was one. */
    requestRefused(code: string, type?: unknown): void {
      metrics.errors.add(code);
      if (type === 'message') metrics.rejectedMessages.add(code);
    },
    bytes(transport: Transport, read: number, written: number): void {
      if (read > 0) metrics.receivedBytes.add(transport, read);
      if (written > 0) metrics.sentBytes.add(transport, written);
    },
    /** Copies of lines, by what carries them. */
    delivered(copies: Readonly<Partial<Record<Transport, number>>>): void {
      for (const transport of transports) {
        const count = copies[transport] ?? 0;
        if (count > 0) metrics.delivered.add(transport, count);
      }
    },
    gapTold(): void {
      metrics.gaps.add('all');
    },
    resumed(): void {
      metrics.resumes.add('all');
    },
    resumeFailed(): void {
      metrics.resumeFailures.add('all');
    },
    databaseBusy(): void {
      metrics.busy.add('all');
    },
    badLine(code: 'bad_json' | 'invalid_utf8' | 'line_too_long'): void {
      metrics.badLines.add(code);
      alerts.note('flood');
    },
    slowed(scope: 'session' | 'address'): void {
      metrics.rateLimited.add(scope);
      alerts.note('flood');
    },
    /** When to time a message: null means not this one. */
    sampleStart(): number | null {
      return messages % sampling === 0 ? performance.now() : null;
    },
    messageStored(kind: 'channel' | 'private', characters: number, startedAt: number | null): void {
      messages += 1;
      metrics.received.add(kind);
      metrics.messageBytes.add('all', characters);
      if (startedAt === null) return;
      const seconds = (performance.now() - startedAt) / 1000;
      metrics.requestDuration.observe({ request: 'message' }, seconds);
      setImmediate(() => metrics.deliveryDuration.observe((performance.now() - startedAt) / 1000));
    },
    registered(origin: Origin, user: string): void {
      metrics.registrations.add('all');
      log.info('auth.register', { ...source(origin), user });
    },
    loggedIn(origin: Origin, { user, method }: { user: string; method: 'password' | 'token' | 'jwt' | 'key' }): void {
      metrics.logins.add(method);
      log.info('auth.login', { ...source(origin), user, method, outcome: 'success' });
    },
    totpChanged(origin: Origin, { user, isOn }: { user: string; isOn: boolean }): void {
      log.info('auth.second', { ...source(origin), user, enabled: isOn });
    },
    keyChanged(origin: Origin, { user, op, fingerprint }: { user: string; op: 'add' | 'remove'; fingerprint: string }): void {
      log.info('auth.key', { ...source(origin), user, op, fingerprint, outcome: 'success' });
    },
    passwordChanged(origin: Origin, user: string): void {
      log.info('auth.password', { ...source(origin), user, outcome: 'success' });
    },
    /** Its token came in the address, which proxies and browsers write down. */
    tokenInAddress(origin: Origin): void {
      log.warn('gateway.token_in_address', source(origin));
    },
    loginFailed(origin: Origin, user: string, reason: string): void {
      // The password was right, and the next try brings the code: nobody guesses, nobody is to be shut out.
      if (reason === 'totp_required') {
        metrics.codesAsked.add('all');
        log.info('auth.code_asked', { ...source(origin), user });
        return;
      }
      if (reason === 'totp_failed') metrics.codesWrong.add('all');
      metrics.loginFailures.add(reason === 'login_failed' || reason === 'rate_limited' || reason === 'server_busy' ? reason : 'other');
      alerts.note('brute_force');
      logFailedLogin(log, { user, ip: origin.address, reason });
    },
    joined(origin: Origin, user: string, channel: string): void {
      log.info('channel.join', { ...source(origin), user, channel });
    },
    left(origin: Origin, user: string, channel: string): void {
      log.info('channel.leave', { ...source(origin), user, channel });
    },
    entered(origin: Origin, user: string): void {
      log.info('session.enter', { ...source(origin), user });
    },
    /** Never the reason, which is people's text. `origin`: by whom, a person or a rule. */
    sanctioned(kind: string, by: { readonly key: string }): void {
      metrics.sanctions.inc({ action: kind, origin: by.key === 'automod' ? 'auto' : 'manual' });
    },
    /** A privileged act; its row of the audit is on the disk. */
    audited(action: string, actor: string): void {
      metrics.auditEvents.add(action);
      log.info(`audit.${action}`, { actor });
    },
    cacheAsked(cache: 'channels' | 'roles', isHit: boolean): void {
      metrics.cacheRequests.add(cache);
      if (isHit) metrics.cacheHits.add(cache);
    },
    batchStored(writes: number, durationMs: number): void {
      metrics.commitDuration.observe({ operation: 'batch' }, durationMs / 1000);
      metrics.batchSize.observe(writes);
    },
    storageRefused(error: string): void {
      metrics.storageErrors.add('all');
      alerts.note('store');
      log.error('store.refused', { error });
    },
    automodMeasure(
      rule: 'flood' | 'repetition' | 'capitals' | 'links' | 'words',
      { action, user, channel }: { action: string; user: string; channel: string },
    ): void {
      metrics.automodActions.inc({ rule_class: rule, action });
      log.info('automod.measure', { rule, action, user, channel });
    },
    automodRules(file: string, isOn: boolean): void {
      log.info('automod.rules', { file, enabled: isOn });
    },
    /** The message says where and what; the rules before it stay. */
    automodRefused(message: string): void {
      log.error('automod.refused', { outcome: 'failure' }, `Automatic moderation keeps its former rules. ${message}`);
    },
    /** Told once a minute for as long as it is so. `cut`: how many were cut off for what they did not read. */
    memoryShort(share: number, cut: number, now: number): void {
      shortage.cut += cut;
      if (now - shortage.toldAt < 60_000) return;
      log.warn('memory.short', { percent: percent(share), cut: shortage.cut }, 'Memory is short: nobody new is let in.');
      shortage = { toldAt: now, cut: 0 };
    },
    memorySpent(share: number): void {
      log.error('memory.spent', { percent: percent(share) }, 'Memory is spent: the server stops in good order, to be started again.');
    },
    fault(error: unknown, where: string): void {
      log.error('fault', { where, error: error instanceof Error ? error : String(error) });
    },
  };
}
export type Telemetry = ReturnType<typeof createTelemetry>;
