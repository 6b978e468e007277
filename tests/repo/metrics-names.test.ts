import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Collector } from '../../exporter/collector.ts';
import { listenHttp } from '../../exporter/http.ts';
import { Reader } from '../../exporter/reader.ts';
import { type Client, connect, guest, upgrade } from '../support/client.ts';
import { queriesOf, readDashboard, selectorsOf } from '../support/dashboard.ts';
import { alerts, findPrometheus, promtool } from '../support/prometheus.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { freePort, until } from '../support/server-process.ts';
import { certificate } from '../support/tls.ts';

const queries = [...queriesOf(readDashboard()), ...alerts().map(({ alert, expr }) => ({ place: `alert ${alert}`, expr }))];

/** A server small enough to run into its limits, its exporter, and people who talk, err and are turned away. */
async function observed(t: TestContext): Promise<{ exporter: Exporter }> {
  const set = [
    ...(await certificate(t)).settings,
    'limits.connections_per_address=40',
    'limits.bad_lines_per_minute=1',
    'limits.messages_guest.burst=3',
    'limits.messages_guest.per_second=20',
    'auth.wrong_per_account_address=100000',
    'auth.wrong_per_address.burst=100000',
  ];
  const server = await startServer(t, { set, hasShippedRates: true });
  const exporter = await startExporter(t, server);
  await keepBusy(t, server);
  return { exporter };
}

interface Exporter {
  readonly address: string;
  text(): Promise<string>;
}

/** The exporter as `classcord exporter` runs it, in this process. */
async function startExporter(t: TestContext, server: TestServer): Promise<Exporter> {
  const reader = new Reader(join(server.folder, 'classcord.db'), 5000);
  const collector = new Collector({ reader, staleMs: 10_000, version: '0.0.0-test', now: Date.now, onChange: () => undefined });
  const http = await listenHttp({ host: '127.0.0.1', port: 0, lang: 'en' }, collector);
  t.after(async () => {
    await http.close();
    reader.close();
  });
  return { address: http.address, text: () => collector.text() };
}

/** Something of everything that the dashboard shows, five times a second until the test ends. */
async function keepBusy(t: TestContext, server: TestServer): Promise<void> {
  const talkers = await Promise.all(Array.from({ length: 20 }, (_, index) => guest(t, server, `pupil${index}`)));
  const bob = await upgrade(await guest(t, server, 'bob'));
  bob.send({ type: 'register', username: 'ann', password: 'password of ann' });
  let round = 0;
  const timer = setInterval(() => {
    round += 1;
    for (const talker of talkers) talker.send({ type: 'message', content: `message ${round}` });
    for (let index = 0; index < 10; index += 1) talkers[0]?.send({ type: 'users' });
    talkers[1]?.send({ type: 'message', subtype: 'private', to: 'bob', content: 'psst' });
    bob.send({ type: 'login', username: 'nobody', password: 'wrong' });
    bob.send({ type: 'register', username: `new${round}`, password: 'password' });
    bob.send({ type: 'login', username: 'ann', password: 'password of ann' });
    void crowd(t, server).catch(() => undefined);
  }, 200);
  t.after(() => clearInterval(timer));
}

/** More people than there are places, and some who speak no JSON. */
async function crowd(t: TestContext, server: TestServer): Promise<void> {
  const people = await Promise.all(Array.from({ length: 25 }, () => connect(t, server)));
  for (const person of people.slice(0, 3)) speakNonsense(person);
  for (const person of people.slice(3)) person.socket.end();
}

function speakNonsense(client: Client): void {
  client.write('{nonsense\n{nonsense\n{nonsense\n');
}

test('every metric and every label that the dashboard and the alerts name is in the output of an exporter', async (t) => {
  const { exporter } = await observed(t);
  await until(
    async () => /^classcord_messages_received_total\{kind="private"\} [1-9]/m.test(await exporter.text()),
    'messages in the snapshot',
  );
  const lines = (await exporter.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const series = (name: string) => lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));

  const selectors = queries.flatMap(({ place, expr }) => selectorsOf(expr).map((selector) => ({ place, ...selector })));

  assert.ok(selectors.length > 60, `only ${selectors.length} were looked at`);
  assert.deepEqual(
    selectors.filter(({ name }) => series(name).length === 0).map(({ place, name }) => `${place}: ${name}`),
    [],
  );
  const wanted = selectors.flatMap(({ place, name, labels }) =>
    labels.flatMap(({ label, values }) => values.map((value) => ({ place, name, pair: `${label}="${value}"` }))),
  );
  assert.ok(wanted.length > 10, `only ${wanted.length} labels were looked at`);
  assert.deepEqual(
    wanted
      .filter(({ name, pair }) => !series(name).some((line) => line.includes(pair)))
      .map(({ place, name, pair }) => `${place}: ${name}{${pair}}`),
    [],
  );
});

test('the check finds a metric that is not there, and a label that is spelled otherwise', () => {
  const [missing, misspelled] = selectorsOf('rate(classcord_nothing_total[5m]) / classcord_up{instance=~"$instance", reason!~"a|b"}');

  assert.deepEqual(missing, { name: 'classcord_nothing_total', labels: [] });
  assert.deepEqual(misspelled, { name: 'classcord_up', labels: [{ label: 'reason', values: ['a', 'b'] }] });
});

test('promtool finds nothing to say against the text of the exporter', async (t) => {
  const { exporter } = await observed(t);
  await until(async () => /^classcord_up 1$/m.test(await exporter.text()), 'the first snapshot');

  const verdict = promtool(t, ['check', 'metrics'], await exporter.text());

  if (verdict === null) return;
  // prom-client's own names, which every Node.js dashboard knows.
  const ours = verdict.output.split('\n').filter((line) => line.startsWith('classcord_') && !line.startsWith('classcord_exporter_nodejs_'));
  assert.deepEqual(ours, []);
});

test('a real Prometheus evaluates every rule, and has an answer to every question of the dashboard', async (t) => {
  const program = findPrometheus(t);
  if (program === null) return;
  const { exporter } = await observed(t);
  const api = await startPrometheus(t, { program, target: exporter.address });
  const asked = queriesOf(readDashboard()).map(({ place, expr }) => ({ place, expr: filledIn(expr) }));

  const open = new Map(asked.map(({ place, expr }) => [place, expr]));
  // A server that was not restarted has no restart to show.
  open.delete('annotation Restarts');
  await until(
    async () => {
      for (const [place, expr] of open) if ((await api.query(expr)) > 0) open.delete(place);
      return open.size === 0;
    },
    `an answer to ${[...open.keys()].join(', ')}`,
    60_000,
  ).catch(() => assert.deepEqual([...open], []));

  await until(async () => (await api.rules()).every(({ lastEvaluation }) => !lastEvaluation.startsWith('0001')), 'every rule evaluated');
  const rules = await api.rules();
  assert.equal(rules.length, alerts().length);
  assert.deepEqual(
    rules.filter(({ health }) => health !== 'ok'),
    [],
  );
});

/** What Grafana puts in the place of its variables. */
function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '10s').replaceAll('$__interval', '10s').replaceAll('$instance', '.*');
}

interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly lastEvaluation: string;
}

interface PrometheusApi {
  /** How many series answer with a number. Throws when the question is none. */
  query(expr: string): Promise<number>;
  rules(): Promise<RuleState[]>;
}

/** The shipped configuration with a target on this machine and a faster pulse; stopped when the test ends. */
async function startPrometheus(t: TestContext, { program, target }: { program: string; target: string }): Promise<PrometheusApi> {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-prometheus-'));
  const address = `127.0.0.1:${await freePort()}`;
  const config = readFileSync('prometheus/prometheus.yml', 'utf8')
    .replace('socket_exporter:9091', target)
    .replace('localhost:9090', address)
    .replace(/(scrape_interval|evaluation_interval): 10s/g, '$1: 1s')
    .replace('scrape_timeout: 5s', 'scrape_timeout: 1s');
  writeFileSync(join(folder, 'prometheus.yml'), config);
  writeFileSync(join(folder, 'alerts.yml'), readFileSync('prometheus/alerts.yml'));
  const flags = { 'config.file': join(folder, 'prometheus.yml'), 'storage.tsdb.path': join(folder, 'data'), 'web.listen-address': address };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const get = async (path: string) => {
    const answer = (await (await fetch(`http://${address}/api/v1/${path}`)).json()) as { status: string; error?: string; data: unknown };
    assert.equal(answer.status, 'success', `${path}: ${answer.error}`);
    return answer.data;
  };
  const isReady = () =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(async () => {
    assert.equal(child.exitCode, null, log);
    return isReady();
  }, 'Prometheus');
  return {
    async query(expr) {
      const { result } = (await get(`query?query=${encodeURIComponent(expr)}`)) as { result: { value: [number, string] }[] };
      return result.filter(({ value }) => value[1] !== 'NaN').length;
    },
    rules: async () => ((await get('rules')) as { groups: { rules: RuleState[] }[] }).groups.flatMap(({ rules }) => rules),
  };
}
