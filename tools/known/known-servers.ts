import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** How one knows a server again. `ca`: an authority vouched for it; `tls`: by its certificate; `key`: by the identity with which it answers key logins. */
export type Mark = { readonly kind: 'ca' } | { readonly kind: 'tls' | 'key'; readonly fingerprint: string };

/** What is known of one server. */
export interface Known {
  readonly tls: Mark | null;
  readonly key: Mark | null;
}

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Servers and what they were known by, one line each, the last one of a server and a kind counting: `host:port tls AB:CD:…`. */
export class KnownServers {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Where somebody's own are (XDG base directories). */
  static of(env: Readonly<Record<string, string | undefined>>): KnownServers {
    const state = env['XDG_STATE_HOME'];
    const base = state?.startsWith('/') === true ? state : join(env['HOME'] ?? homedir(), '.local', 'state');
    return new KnownServers(join(base, 'classcord', 'known_servers'));
  }

  find(place: Place): Known {
    return knownBy(this.#lines(), nameOf(place));
  }

  all(): readonly { readonly place: string; readonly known: Known }[] {
    const lines = this.#lines();
    const places = [...new Set(lines.map(({ place }) => place))].sort();
    return places.map((place) => ({ place, known: knownBy(lines, place) }));
  }

  /** From now on it is known by that. */
  keep(place: Place, mark: Mark): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    appendFileSync(this.file, `${nameOf(place)} ${mark.kind}${mark.kind === 'ca' ? '' : ` ${mark.fingerprint}`}\n`, { mode: 0o600 });
  }

  /** False: it was not known. */
  forget(place: Place): boolean {
    const lines = this.#lines();
    const left = lines.filter((line) => line.place !== nameOf(place));
    if (left.length === lines.length) return false;
    const draft = `${this.file}.${process.pid}`;
    writeFileSync(draft, left.map(({ text }) => `${text}\n`).join(''), { mode: 0o600 });
    renameSync(draft, this.file);
    return true;
  }

  #lines(): Line[] {
    let content = '';
    try {
      content = readFileSync(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return content.split('\n').flatMap((text): Line[] => {
      const [place = '', kind, fingerprint = ''] = text.split(' ');
      if (kind === 'ca') return [{ place, mark: { kind }, text }];
      return (kind === 'tls' || kind === 'key') && fingerprint !== '' ? [{ place, mark: { kind, fingerprint }, text }] : [];
    });
  }
}

interface Line {
  readonly place: string;
  readonly mark: Mark;
  readonly text: string;
}

function knownBy(lines: readonly Line[], place: string): Known {
  const marks = lines.flatMap((line) => (line.place === place ? [line.mark] : []));
  return {
    tls: marks.findLast(({ kind }) => kind !== 'key') ?? null,
    key: marks.findLast(({ kind }) => kind === 'key') ?? null,
  };
}

/** A server's name in the file: two spellings of one are one. */
export function nameOf({ host, port }: Place): string {
  const plain = host.toLowerCase();
  return `${plain.includes(':') ? `[${plain}]` : plain}:${port}`;
}
