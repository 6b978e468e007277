import type { Lang } from '../../server/protocol/texts.ts';
import type { ConnectOptions, LoginKey, Peer } from '../client/main.ts';
import { failureText, pathOf, readScript, writeMessages } from './files.ts';
import { bindingsOf } from './keys.ts';
import type { Way } from './model/mode.ts';
import { initialState, type Settings, type State } from './model/state.ts';
import type { Effect } from './model/step.ts';
import { welcome } from './model/welcome.ts';
import { chatFilePath, readChatFile, writeChatFile } from './profiles.ts';
import { Program } from './program.ts';
import { Session } from './session.ts';
import { LinearScreen } from './terminal/linear.ts';
import { copySequence, type Input, notifySequence, Terminal } from './terminal/terminal.ts';
import { backgroundOf, depthOf } from './text/colours.ts';
import type { Tone } from './text/style.ts';
import { say, type TextKey } from './texts.ts';

export interface ChatOptions {
  readonly address?: string | undefined;
  readonly guest?: string | undefined;
  readonly user?: string | undefined;
  readonly profile?: string | undefined;
  readonly screenReader?: boolean | undefined;
  readonly tls?: ConnectOptions['tls'];
  /** Instead of the password of an account. */
  readonly key?: Omit<LoginKey, 'trust'> | undefined;
  /** Servers known from before; without it, and without certificates in `tls`, those that this machine believes. */
  readonly trust?: (told: { lang: () => Lang; onFirst: (text: string) => void }) => {
    readonly certificate: (peer: Peer) => void;
    readonly key: LoginKey['trust'];
  };
  readonly lang: Lang;
  readonly version: string;
}

/** The terminal that the client runs in. */
export interface ChatTerminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Input;
  readonly stdout: Output;
}
export interface Output {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', hear: () => void): unknown;
  off(event: 'resize', hear: () => void): unknown;
}

/** Who carries out what: an effect without its performer does not compile. */
type Performers = { readonly [D in Effect['do']]: (effect: Extract<Effect, { do: D }>) => void };

const defaultProfile = 'default';
const tickMs = 1000;
const closeWithinMs = 2000;

/** Runs the client until somebody leaves; resolves with the exit code. */
export async function chat(options: ChatOptions, { env, stdin, stdout }: ChatTerminal): Promise<number> {
  const path = chatFilePath(env);
  const file = readChatFile(path);
  const profileName = options.profile ?? defaultProfile;
  // Where nothing can move the cursor there is no screen to draw on.
  const isBare = env['TERM'] === 'dumb';
  const isLinear = isBare || (options.screenReader ?? env['CLASSCORD_SCREEN_READER'] === '1');
  const depth = depthOf(env);
  const own = bindingsOf(file.content.keys);
  const settings: Settings = {
    lang: options.lang,
    background: backgroundOf(env),
    bell: 'mentions',
    times: true,
    ...defined(file.content.settings),
  };
  const start: State = {
    ...initialState(settings, sizeOf(stdout)),
    bindings: own.bindings,
    hasKey: options.key !== undefined,
    now: Date.now(),
  };
  const known = knownOf(options, file.content.profiles[profileName]);
  const mode = welcome(known);
  const isAsked = options.address === undefined && options.guest === undefined && options.user === undefined;

  let leave: () => void = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const save = (change: Parameters<typeof writeChatFile>[1]): boolean => {
    try {
      writeChatFile(path, change);
      return true;
    } catch (error) {
      program.dispatch({ kind: 'told', text: (error as Error).message, tone: 'bad' });
      return false;
    }
  };
  const keep = (name: string): boolean => {
    const { address, way, name: who } = program.state.login;
    return save((was) => ({
      ...was,
      profiles: { ...was.profiles, [name]: { address, way: way === 'register' ? 'login' : way, name: who } },
    }));
  };
  const trust = options.trust?.({
    lang: () => program.state.settings.lang,
    onFirst: (text) => program.dispatch({ kind: 'told', text, tone: 'warn' }),
  });
  const session = new Session({
    dispatch: (event) => program.dispatch(event),
    clientName: `classcord-tui/${options.version}`,
    lang: () => program.state.settings.lang,
    tls: options.tls,
    ...(trust === undefined ? {} : { trusted: { trust: trust.certificate } }),
    ...(trust === undefined || options.key === undefined ? {} : { key: { ...options.key, trust: trust.key } }),
    // Somebody who names another server once does not change where they come in every day.
    onEntered: () => {
      if (options.profile !== undefined || file.content.profiles[profileName] === undefined || isAsked) keep(profileName);
    },
  });
  const tell = (key: TextKey, params: Readonly<Record<string, string | number>>, tone: Tone) =>
    program.dispatch({ kind: 'told', text: say(program.state.settings.lang, key, params), tone });
  const badFile = (file: string, error: unknown) => tell('file-bad', { file, why: failureText(program.state.settings.lang, error) }, 'bad');
  const performers: Performers = {
    connect: (effect) => session.connect(effect),
    say: (effect) => session.say(effect),
    ask: (effect) => session.ask(effect),
    read: (effect) => session.read(effect),
    typing: (effect) => session.typing(effect),
    retry: () => session.retry(),
    notify: ({ title, text }) => void stdout.write(isBare ? '\u0007' : notifySequence(title, text)),
    copy: ({ text }) => void (isBare || stdout.write(copySequence(text))),
    save: (effect) => void save((was) => ({ ...was, settings: { ...effect.settings } })),
    profile({ name }) {
      if (keep(name)) tell('saved', {}, 'good');
    },
    script({ file }) {
      try {
        program.dispatch({ kind: 'script', file, text: readScript(pathOf(file)) });
      } catch (error) {
        badFile(file, error);
      }
    },
    export({ place, file }) {
      writeMessages(pathOf(file), session.history(place)).then(
        (count) => tell('exported', { count, file: pathOf(file) }, 'good'),
        (error: unknown) => badFile(file, error),
      );
    },
    editor(effect) {
      const text = terminal.edited(effect.text, env);
      view.redraw();
      if (text !== null) program.dispatch({ kind: 'edited', text });
    },
    mouse: ({ isOn }) => terminal.listenToMouse(isOn),
    redraw: () => view.redraw(),
    quit: () => leave(),
  };
  // The compiler cannot see that an effect goes to the performer of its own kind.
  const perform = (effect: Effect): void => (performers[effect.do] as (one: Effect) => void)(effect);
  const program = new Program({ ...start, mode }, { perform });
  const terminal = new Terminal({
    input: stdin,
    output: stdout,
    isLinear,
    isBare,
    onPress: (press) => program.dispatch({ kind: 'pressed', press }),
  });
  // ink and React are loaded for a screen only, and React decides on its first line whether it checks everything twice.
  process.env['NODE_ENV'] ??= 'production';
  const restore = () => terminal.giveBack();
  process.on('exit', restore);
  terminal.take();
  const view: View = isLinear
    ? new LinearScreen(program, stdout, { isBare })
    : await (await import('./view/screen-view.ts')).startView(program, stdout, depth);
  const resized = () => {
    const size = sizeOf(stdout);
    view.resize(size.columns, size.rows);
    program.dispatch({ kind: 'resized', ...size });
  };
  stdout.on('resize', resized);
  const ticker = setInterval(() => {
    program.dispatch({ kind: 'tick' });
    if (session.lagMs !== program.state.link.lagMs) program.dispatch({ kind: 'lag', lagMs: session.lagMs });
  }, tickMs);
  if (file.problem !== null) program.dispatch({ kind: 'told', text: file.problem, tone: 'bad' });
  for (const problem of own.problems) tell('bad-binding', { ...problem }, 'bad');
  // A guest whose name and address are known has nothing to answer, and neither has whoever comes with a key.
  const isByKey = mode.step === 'password' && mode.way === 'login' && start.hasKey;
  if (isByKey || (mode.step === 'name' && mode.name !== '')) program.dispatch({ kind: 'pressed', press: { kind: 'key', key: 'enter' } });

  await left;
  clearInterval(ticker);
  stdout.off('resize', resized);
  await Promise.race([session.close(), new Promise((resolve) => setTimeout(resolve, closeWithinMs).unref())]);
  program.stop();
  view.stop();
  terminal.giveBack();
  process.off('exit', restore);
  return 0;
}

/** What draws the state. */
export interface View {
  resize(columns: number, rows: number): void;
  redraw(): void;
  stop(): void;
}

function sizeOf({ columns, rows }: Output): { columns: number; rows: number } {
  return { columns: Math.max(20, columns ?? 80), rows: Math.max(6, rows ?? 24) };
}

/** The command line wins over the profile; a name on it says how one comes in. */
function knownOf({ address, guest, user }: ChatOptions, profile: { address: string; way: Way; name: string } | undefined) {
  const way: Way | undefined =
    guest !== undefined
      ? 'guest'
      : user !== undefined
        ? 'login'
        : address === undefined || address === profile?.address
          ? profile?.way
          : undefined;
  const name = guest ?? user ?? (way === undefined ? undefined : profile?.name);
  return { address: address ?? profile?.address, way, name };
}

function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
