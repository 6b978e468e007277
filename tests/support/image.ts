import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { instruction } from './compose.ts';

/** What the image holds, laid out on this machine: the packed files and the packages they need. */
export interface LaidOut {
  readonly app: string;
  readonly uid: number;
  /** An empty volume. */
  volume(): string;
  remove(): void;
}

/** Packs the package, unpacks it into a clean folder, and puts the installed packages that are not for development beside it. */
export function layOut(): LaidOut {
  if (!existsSync('dist/tools/bin/classcord.cjs')) throw new Error('nothing is built: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'classcord-image-'));
  const [app, uid] = [join(folder, 'app'), Number(instruction('USER').split(':')[0])];
  chmodSync(folder, 0o755);
  mkdirSync(app);
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { timeout: 400_000, stdio: 'ignore' });
  execFileSync('sh', ['-c', 'tar -xzf "$1"/classcord-*.tgz --strip-components=1 -C "$2"', 'sh', folder, app]);
  for (const path of runtimePackages()) cpSync(path, join(app, path), { recursive: true });
  return {
    app,
    uid,
    volume() {
      const data = mkdtempSync(join(folder, 'volume-'));
      chownSync(data, uid, uid);
      return data;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The folders that `npm prune --omit=dev` leaves. */
function runtimePackages(): string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { dev?: boolean }> };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path.lastIndexOf('node_modules/') === 0 && dev !== true && existsSync(path))
    .map(([path]) => path);
}

/** A program that runs as a container would: process 1, as the user of the image, without rights, everything but the volume read-only. */
export class Contained {
  readonly #child: ChildProcess;
  #output = '';
  readonly ended: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The process that is number 1 inside, by its number here. */
  get pid(): number {
    const { pid } = this.#child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
  }

  /** What the kernel says of it. */
  status(key: string): string {
    return new RegExp(`^${key}:\\s+(.*)$`, 'm').exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1] ?? '';
  }

  /** As `docker stop` does. */
  stop(): Promise<number | null> {
    process.kill(this.pid, 'SIGTERM');
    return this.ended;
  }

  kill(): Promise<number | null> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

/** Nothing can be written but below the volume; a write that goes through all the same ends the container with 99. */
const confined = `
  set -e
  mount --make-rprivate /
  mount --bind "$DATA" "$DATA"
  mount --bind "$APP" "$APP"
  mount -o remount,bind,ro "$APP"
  mount -o remount,bind,ro /
  cd "$APP"
  if touch probe 2>/dev/null || touch /probe 2>/dev/null; then exit 99; fi
  exec setpriv --reuid="$RUN_AS" --regid="$RUN_AS" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
    env --ignore-environment PATH="$PATH" "$@"
`;

export interface Run {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The volume. */
  readonly data: string;
}

/** Runs a command of the image; it is killed when the test ends. */
export function contain(t: TestContext, { app, uid }: LaidOut, { command, env, data }: Run): Contained {
  const words = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', confined, 'sh'];
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const child = spawn('unshare', [...words, ...settings, ...command], {
    env: {
      PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      APP: app,
      DATA: data,
      RUN_AS: String(uid),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const contained = new Contained(child);
  t.after(() => contained.kill());
  return contained;
}
