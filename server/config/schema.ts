import { z } from 'zod';
import { langs } from '../protocol/texts.ts';
import { amount, choice, count, flag, list, rate, text } from './forms.ts';

const shortcodes = ['thumbsup', 'heart', 'joy', 'fire', 'clap', 'eyes', 'tada', 'rocket', 'thinking', 'check', 'cross', 'question'];

/** Taken by another server, it is done without. */
export const defaultGateway = '127.0.0.1:9001';

const privateRanges = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
];

/** Every setting, once: its form, its default and one sentence that the documentation and `classcord config init` print. */
export const configSchema = z.strictObject({
  server: z
    .strictObject({
      listen: list('Addresses and port of the chat protocol, each HOST:PORT.', ['0.0.0.0:12345', '[::]:12345']),
      tls_listen: list('Addresses where whoever does not encrypt is refused, each HOST:PORT; the ones of listen take both.', []),
      require_tls: flag('Whoever does not encrypt is told so and refused, on every address.', false),
      data: text('Folder of the database and everything else that is kept.', 'data'),
      node: text('Name of this server among several.', 'n1'),
      health_listen: text('Where /livez and /readyz are answered, HOST:PORT; empty: nowhere.', '127.0.0.1:12380'),
    })
    .prefault({}),
  tls: z
    .strictObject({
      cert: text(
        'Certificate with its chain, a PEM file; read again when it changes, and at SIGHUP. Empty: nothing is encrypted. `classcord cert self-signed` makes one.',
        '',
      ),
      key: text('Its private key, a PEM file that nobody else can read.', ''),
      min_version: choice('Oldest version of TLS that is spoken.', ['1.3', '1.2'], '1.3'),
      handshake_s: amount('Longest handshake, in seconds.', 5, 0.1),
      handshakes: count('Handshakes at once; past it the oldest one of the greediest address goes.', 64, 1),
    })
    .prefault({}),
  auth: z
    .strictObject({
      registration: choice('Who may make an account: everybody, or nobody but the operator.', ['open', 'closed'], 'open'),
      guests: flag('People may talk without an account.', true),
      password_policy: choice(
        'compat: anything but empty, as course clients need; standard: 8 characters and no common ones; strict: 15.',
        ['compat', 'standard', 'strict'],
        'compat',
      ),
      totp_legacy_suffix: flag(
        'Clients with one field for the password may append the six digits of an account that asks for them, after a blank.',
        true,
      ),
      hash_workers: count('Password hashes at once; 0: one less than there are cores, at least one.', 0),
      hash_queue: count('Password hashes waiting in all.', 256, 1),
      hash_queue_per_address: count('Password hashes waiting per address.', 64, 1),
      hash_wait_s: amount('Longest wait for a password hash, in seconds.', 10, 0.1),
      wrong_per_account_address: count(
        'Wrong passwords of one account from one address before each further one costs 1, 2, 4 … 900 s.',
        12,
        1,
      ),
      wrong_per_account: count(
        'Wrong passwords of one account from all addresses in 15 minutes before unknown addresses get one try in 30 s.',
        20,
        1,
      ),
      wrong_per_account_hard: count('Wrong passwords in a row before addresses that never logged in are refused.', 100, 1),
      wrong_per_address: rate('Wrong passwords of one address, over all accounts.', 60, 0.1),
      registrations_per_address: rate('Accounts made from one address.', 64, 5 / 60),
      registrations_per_address_day: count('Accounts made from one address in a day; 0: no daily cap.', 200),
      refused_registrations_per_address: rate('Registrations refused (name taken or invalid) from one address.', 60, 0.5),
      registrations_total: rate('Accounts made from all addresses.', 2000, 2000 / 600),
    })
    .prefault({}),
  channels: z
    .strictObject({
      auto_create: flag('Joining or posting to a channel that does not exist makes it.', true),
      created_per_account_day: count('Channels that one account may make in a day.', 10),
      created_per_guest_day: count('Channels that one guest may make in a day.', 3),
      created_by_guests_per_address_day: count('Channels that all guests of one address may make in a day.', 120),
      cached: count('Channels kept in memory; past it the ones unused for longest are read again.', 10_000, 16),
      cached_roles: count('The same for who is what in which channel.', 50_000, 16),
      shortcodes: list('Names that may stand between colons as a reaction, beside every emoji.', shortcodes),
    })
    .prefault({}),
  legacy: z
    .strictObject({
      join_in_content: flag('`/join #dev` typed as the content of a v1 message joins instead of being said.', false),
    })
    .prefault({}),
  limits: z
    .strictObject({
      line_bytes: count('Longest line from a client, newline included.', 65_536, 1024, 16_777_216),
      line_bytes_unnamed: count('The same before a name is known.', 16_384, 1024, 16_777_216),
      content_bytes: count('Longest content of a message in UTF-8 bytes; 0: bounded by the line only.', 0),
      slow_line_s: amount('A line that was begun is complete after so many seconds.', 30, 0.1),
      first_line_s: amount('The first valid line comes within so many seconds.', 1800, 0.1),
      first_line_crowded_s: amount('The same while more than half of the places without a name are taken.', 15, 0.1),
      idle_s: amount('A v1 session that says nothing for so many seconds is closed.', 14_400, 1),
      ping_s: amount('A v2 session is pinged after so many seconds of silence, and closed after two pings.', 30, 0.1),
      keepalive_s: amount('TCP keep-alive begins after so many seconds of silence.', 60, 1),
      connections: count('Connections in all.', 10_240, 1),
      connections_per_address: count('Connections of one IPv4 address or IPv6 /64.', 256, 1),
      connections_unnamed: count(
        'Connections without a name in all; past it the oldest silent one of the greediest address goes.',
        1024,
        1,
      ),
      new_connections: rate('New connections of one address.', 300, 20),
      sessions_per_account: count('Sessions of one account; past it the oldest idle one is told and closed.', 10, 1),
      outbox_pause_bytes: count('A client with so much unread output is not read from.', 65_536, 1024),
      outbox_soft_bytes: count('A client with so much unread output for outbox_soft_s is closed.', 262_144, 1024),
      outbox_soft_s: amount('See outbox_soft_bytes.', 10, 0.1),
      outbox_bytes: count(
        'A client with so much unread output is closed at once; a page of history is half of it at most.',
        1_048_576,
        1024,
      ),
      outbox_total_bytes: count('Unread output of all clients; past it the largest goes first.', 268_435_456, 1_048_576),
      memory_full_percent: count(
        'With so much of its memory in use the server lets nobody new in, and cuts off those who read least.',
        80,
        10,
        100,
      ),
      memory_stop_percent: count('With so much of it in use it stops in good order with exit 75, to be started again.', 95, 10, 100),
      in_flight: count('Messages of one session that may be on their way to the disk; past it its socket is not read.', 16, 1, 1024),
      messages: rate('What one account’s session may say; `users` costs 2.', 20, 5),
      messages_guest: rate('What one guest may say.', 10, 2),
      messages_per_address: rate('What all sessions of one address may say.', 400, 100),
      refusals_per_minute: count('A session refused so often for its rate in a minute is closed.', 100, 1),
      bad_lines_per_minute: count('A connection with so many malformed lines in a minute is closed.', 50, 1),
      write_queue: count('Writes waiting for the disk; past it `server_busy`.', 10_000, 16),
      write_queue_bytes: count('The same in bytes.', 16_777_216, 65_536),
      addresses: count('Addresses that are remembered for their limits; past it the ones quiet for longest are forgotten.', 65_536, 16),
      shutdown_s: amount('Longest graceful stop, in seconds.', 8, 1),
      shared_addresses: z
        .record(z.string(), z.number().min(1).max(100))
        .default({})
        .describe(
          'Networks behind which many people sit (a school’s proxy): network = by how much the limits per address are multiplied, at most 100.',
        ),
    })
    .prefault({}),
  automod: z
    .strictObject({
      rules: text(
        'Rules of automatic moderation, a file of the data folder; read again whenever it changes. Missing, or without `enabled = true`: nothing is looked at; empty: never.',
        'automod.toml',
      ),
    })
    .prefault({}),
  storage: z
    .strictObject({
      url: text('Database; empty: SQLite in the data folder.', ''),
      synchronous: choice('FULL keeps what was acknowledged through a power cut; OFF is for fault tests only.', ['FULL', 'OFF'], 'FULL'),
      busy_timeout_s: amount('How long a write waits while another program holds the database.', 5, 0.1),
      check_wait_s: amount('How long a start waits for the check of a database; what takes longer goes on beside.', 10, 0),
      disk_floor_bytes: count('Free disk below which the server reports that it is not ready.', 67_108_864),
    })
    .prefault({}),
  log: z
    .strictObject({
      format: choice('auto: text on a terminal, JSON otherwise.', ['auto', 'text', 'json'], 'auto'),
      level: choice('What is logged.', ['error', 'warn', 'info', 'debug'], 'info'),
      file: text('Also write here, 10 files of 10 MiB in turn; empty: no file.', ''),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      webhook: text('Address that alerts are posted to as JSON (http or https); empty: nowhere.', ''),
      login_failures_per_minute: count('So many failed logins raise an alert; 0: never.', 60),
      flood_per_minute: count('So many lines and connections slowed or refused raise an alert; 0: never.', 600),
      store_errors_per_minute: count('So many refusals of the database raise an alert; 0: never.', 1),
      disconnects_per_minute: count('So many ends of connections, and at least as many as are left, raise an alert; 0: never.', 20),
      quiet_s: amount('An alert is over when its cause was gone for so many seconds.', 300, 1),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      allow: list('Networks that may ask GET_METRICS on the chat port.', privateRanges),
    })
    .prefault({}),
  i18n: z
    .strictObject({
      default: choice('Language of texts for people; auto: by the server’s locale.', ['auto', ...langs], 'auto'),
    })
    .prefault({}),
  gateway: z
    .strictObject({
      listen: text('Address of the WebSocket gateway, HOST:PORT (WS_BIND_ADDR); empty: nowhere.', defaultGateway),
      origins: list(
        'Web pages that may use the gateway, each an origin like https://chat.example.org; * for all. Pages of the gateway’s own address need no entry.',
        [],
      ),
      tls: flag('With a certificate (tls.cert) the gateway speaks TLS (wss); false: plain, behind a reverse proxy of this machine.', true),
      needs_origin: flag('Only web pages may use the gateway: programs, which name no origin, are refused.', false),
      trusted_proxies: list('Networks of reverse proxies whose X-Forwarded-For is believed.', []),
      jwt_secret: text('Secret of the gateway’s tokens (JWT_SECRET).', ''),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;

/** Settings whose values are never shown. */
export const secretSettings = ['gateway.jwt_secret', 'alerts.webhook'] as const;

/** `--profile bench`: raises numbers, never removes a bound; what messages say is not looked at. */
export const profiles = {
  bench: {
    automod: { rules: '' },
    limits: {
      connections: 20_000,
      connections_per_address: 20_000,
      connections_unnamed: 20_000,
      new_connections: { burst: 20_000, per_second: 10_000 },
      messages: { burst: 1_000_000, per_second: 1_000_000 },
      messages_guest: { burst: 1_000_000, per_second: 1_000_000 },
      messages_per_address: { burst: 1_000_000, per_second: 1_000_000 },
    },
    auth: {
      registrations_per_address: { burst: 100_000, per_second: 10_000 },
      registrations_per_address_day: 0,
      refused_registrations_per_address: { burst: 100_000, per_second: 10_000 },
      registrations_total: { burst: 100_000, per_second: 10_000 },
      wrong_per_account_address: 1000,
      wrong_per_account: 1000,
      wrong_per_account_hard: 1000,
      wrong_per_address: { burst: 1000, per_second: 100 },
      hash_queue: 1024,
      hash_queue_per_address: 1024,
      hash_wait_s: 60,
    },
  },
} as const;
export type Profile = keyof typeof profiles;
