import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A change to one file of the compiled server. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface BrokenBuild {
  /** What is wrong with it. */
  readonly doc: string;
  readonly changes: readonly Change[];
  /** The faults that must find it, and what each says of it: one that fails for another reason, a build that does not start, has found nothing. */
  readonly foundBy: Readonly<Record<string, RegExp>>;
}

/** What the ledger says when it differs from the database, and what its writers say at once. */
const differs = /acknowledged twice|came out of order|\d+ differences: /;
const toldEarly = /[1-9]\d* told before their sync/;

/** Builds that break a promise, to show that the fault programs can fail. */
export const brokenBuilds: Readonly<Record<string, BrokenBuild>> = {
  'tell-first': {
    doc: 'acknowledges and tells a message before it is committed',
    changes: [
      {
        file: 'server/store/sqlite/worker.js',
        from: 'const outcome = writer.run(batch);',
        to: 'let isTold = false; writer.tell = (early) => { if (isTold) return; isTold = true; port.postMessage({ outcome: packOutcome(early) }); }; const outcome = writer.run(batch);',
      },
      {
        file: 'server/store/sqlite/worker.js',
        from: 'port.postMessage({ outcome: packOutcome(outcome) });\n            indexing',
        to: 'if (!isTold) port.postMessage({ outcome: packOutcome(outcome) });\n            indexing',
      },
      {
        file: 'server/store/sqlite/writer.js',
        from: "const commit = commits.next();\n            db.exec('COMMIT');",
        to: "const commit = commits.next(); if (batch.every(({ name }) => name.startsWith('messages.append'))) { this.tell({ values, failures: [] }); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30); } db.exec('COMMIT');",
      },
    ],
    foundBy: {
      F1: differs,
      F2: toldEarly,
      F3: differs,
      F6: differs,
      G9: differs,
    },
  },
  'sync-off': {
    doc: 'commits without a sync',
    changes: [
      {
        file: 'server/store/sqlite/writer.js',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is looked for in the compiled text.
        from: "db.pragma('journal_mode = WAL');\n        db.pragma(`synchronous = ${this.#options.synchronous}`);",
        to: "db.pragma('journal_mode = WAL');\n        this.#options.synchronous = 'OFF';\n        db.pragma('synchronous = OFF');",
      },
    ],
    foundBy: { F2: toldEarly, F7: /bytes are synced|differences/ },
  },
  'endless-outbox': {
    doc: 'keeps whatever its clients do not read',
    changes: [
      { file: 'server/serve-lines.js', from: 'if (bytes > this.#house.limits.outboxBytes)', to: 'if (bytes > Number.MAX_SAFE_INTEGER)' },
      {
        file: 'server/session/keepalive.js',
        from: 'if (this.#queuedBytes <= mostBytes)',
        to: 'if (this.#queuedBytes >= 0)',
      },
    ],
    foundBy: { F19: /never cut off|slow ones are still in/ },
  },
  'endless-memory': {
    doc: 'lets everybody in whatever memory is left',
    changes: [{ file: 'server/base/memory-watch.js', from: 'if (this.#last.length < looks)', to: 'if (this.#last.length > 0)' }],
    foundBy: { F11: /the heap is not full|heap out of memory|no connection|ended without/ },
  },
  'endless-trust': {
    doc: 'leaves it to the kernel when a peer that is sent something is gone',
    changes: [{ file: 'server/session/vanished.js', from: 'if (this.#isLooking ||', to: 'if (lookMs > 0 || this.#isLooking ||' }],
    foundBy: { F18: /peers are still there/ },
  },
  'blind-start': {
    doc: 'serves whatever database it finds',
    changes: [
      { file: 'server/store/open.js', from: 'if (commits >= marked)', to: 'if (commits >= 0)' },
      { file: 'server/store/open.js', from: "if (state === 'changed')", to: "if (state === 'never')" },
    ],
    foundBy: { F7: /no alarm|it serves/, F8: /byte \d+|it serves/ },
  },
  'hasty-stop': {
    doc: 'ends at once when it is asked to stop',
    changes: [{ file: 'server/main.js', from: 'await app.stop();', to: 'process.exit(0);' }],
    foundBy: { F13: /draining/ },
  },
  'no-lock': {
    doc: 'does not look whether another server uses the folder',
    changes: [{ file: 'server/store/data-lock.js', from: "lock.exec('BEGIN EXCLUSIVE');", to: '' }],
    foundBy: { F24: /\b2 serve|race to be over/ },
  },
  'patient-loop': {
    doc: 'has who looks at presence wait for the disk',
    changes: [
      {
        file: 'server/store/sqlite/client.js',
        from: 'this.#worker.postMessage(packBatch(this.#underWay.map(({ write }) => write)));',
        to: 'this.#worker.postMessage(packBatch(this.#underWay.map(({ write }) => write))); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);',
      },
    ],
    foundBy: { F22: /presence waited/ },
  },
  'impatient-writer': {
    doc: 'refuses at the first lock of another program',
    changes: [
      {
        file: 'server/store/sqlite/writer.js',
        from: 'if (!isBusy || performance.now() >= until',
        to: 'if (isBusy || performance.now() >= until',
      },
    ],
    foundBy: { F4: /the acks|storage_unavailable/ },
  },
  'endless-log': {
    doc: 'never takes the write-ahead log back into the database',
    changes: [
      {
        file: 'server/store/sqlite/writer.js',
        from: "db.pragma('journal_size_limit = 16777216');",
        to: "db.pragma('wal_autocheckpoint = 0');",
      },
    ],
    foundBy: { F5: /the log to be small again/ },
  },
  'wall-clock': {
    doc: 'measures how long something takes by the clock on the wall',
    changes: [{ file: 'server/base/clock.js', from: 'monotonic: () => performance.now()', to: 'monotonic: () => Date.now()' }],
    foundBy: { F9: /the connection ended/ },
  },
  'open-door': {
    doc: 'lets in whoever comes, however few descriptors are left',
    changes: [{ file: 'server/app-parts.js', from: 'Math.floor(limit * 0.8), limit - ownDescriptors', to: 'limit * 10' }],
    foundBy: { F10: /were let in|own limit bit/ },
  },
  'deaf-main': {
    doc: 'goes on when the writer thread is lost',
    changes: [{ file: 'server/store/sqlite/client.js', from: '#lose(error) {', to: '#lose(error) {\n        if (error !== null) return;' }],
    foundBy: { F12: /the server to end/ },
  },
  'greedy-exporter': {
    doc: 'has the exporter hold the database for itself once it has read',
    changes: [
      {
        file: 'exporter/reading.js',
        from: 'const db = openRunning(file);',
        to: "const db = openRunning(file); (globalThis.held ??= new db.constructor(file)).exec('BEGIN IMMEDIATE');",
      },
    ],
    foundBy: { F17: /the chat to go on/ },
  },
  'bare-update': {
    doc: 'updates an old database without a transaction',
    changes: [
      { file: 'server/store/migrate.js', from: 'db.transaction(() => {', to: '(() => {' },
      { file: 'server/store/migrate.js', from: '}).immediate();', to: '})();' },
    ],
    foundBy: { F20: /no connection|the server ended/ },
  },
  'loose-copy': {
    doc: 'backs up the file of the database, without what stands in its log',
    changes: [
      {
        file: 'tools/backup/snapshot.js',
        from: "db.prepare('VACUUM INTO ?').run(copy);",
        to: "process.getBuiltinModule('node:fs').copyFileSync(db.name, copy);",
      },
    ],
    foundBy: { F21: /\d+ differences: |is damaged/ },
  },
  'waiting-log': {
    doc: 'waits until its log is read',
    changes: [
      {
        file: 'server/base/log-outlet.js',
        from: 'this.#stream.writableLength > mostWaitingBytes) {',
        to: '(this.#stream.writableLength > 0 && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))) {',
      },
    ],
    foundBy: { F23: /the chat to go on|the pipe|waited/ },
  },
};

/** Makes one from `dist`, in a folder of its own; the sources and `dist` stay as they are. Returns where it lies. */
export function makeBroken(name: string): string {
  const build = brokenBuilds[name];
  assert.ok(build !== undefined, `no broken build ${name}; there are ${Object.keys(brokenBuilds).join(', ')}`);
  return makeBuild(build.changes);
}

/** A copy of `dist`, or of the broken build that is being tried, with changes. */
export function makeBuild(changes: readonly Change[]): string {
  const base = process.env['CLASSCORD_BUILD'] ?? join(root, 'dist');
  assert.ok(existsSync(base), '`npm run build` comes first');
  const folder = mkdtempSync(join(tmpdir(), 'classcord-broken-'));
  cpSync(base, join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const change of changes) {
    const path = join(folder, 'dist', change.file);
    writeFileSync(path, changed(readFileSync(path, 'utf8'), change));
  }
  return join(folder, 'dist');
}

/** Whether the builds can be made of `dist` as it is now: every text that is to be changed stands there once. */
export function checkBroken(): void {
  for (const { changes } of Object.values(brokenBuilds)) {
    for (const change of changes) changed(readFileSync(join(root, 'dist', change.file), 'utf8'), change);
  }
}

function changed(text: string, { file, from, to }: Change): string {
  assert.equal(text.split(from).length, 2, `${file} holds “${from}” once`);
  return text.replace(from, () => to);
}
