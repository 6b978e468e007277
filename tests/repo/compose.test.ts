import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configSchema } from '../../server/config/schema.ts';
import { instruction, readCompose, readImage } from '../support/compose.ts';

const { services, volumes } = readCompose();
const { server, socket_exporter: exporter, prometheus, grafana } = services;

test('the compose schema and the linter accept docker-compose.yml', () => {
  const { status, stdout, stderr } = spawnSync(
    'node_modules/.bin/dclint',
    ['--config', '.ci/dclint.json', '--max-warnings', '0', 'docker-compose.yml'],
    {
      encoding: 'utf8',
      timeout: 240_000,
    },
  );

  assert.equal(status, 0, `${stdout}${stderr}`);
});

test('four services answer on the ports of the course, and only the chat is open to other machines unasked', () => {
  assert.deepEqual(Object.keys(services).sort(), ['grafana', 'prometheus', 'server', 'socket_exporter']);
  assert.deepEqual(server?.ports, ['127.0.0.1:9001:9001', '0.0.0.0:12345:12345']);
  assert.deepEqual(exporter?.ports, ['127.0.0.1:9091:9091']);
  assert.deepEqual(prometheus?.ports, ['127.0.0.1:9090:9090']);
  assert.deepEqual(grafana?.ports, [`\${GRAFANA_BIND:-127.0.0.1}:3000:3000`]);
});

test('without a password for Grafana nothing starts, and a sentence says what to do', () => {
  const password = grafana?.environment?.['GF_SECURITY_ADMIN_PASSWORD'] ?? '';

  assert.match(password, /^\$\{GRAFANA_PASSWORD:\?[A-Z].{40,}\.\}$/);
});

test('no other value in the file is a secret', () => {
  const named = Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment));

  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter(([name, value]) => /PASS|SECRET|TOKEN|KEY/.test(name) && !value.startsWith('${')),
    [],
  );
});

test('server and exporter are one image, one user and one volume', () => {
  assert.equal(server?.image, exporter?.image);
  assert.deepEqual(server?.build, exporter?.build);
  assert.deepEqual([server?.user, exporter?.user], [instruction('USER'), instruction('USER')]);
  assert.deepEqual([server?.volumes, exporter?.volumes], [['classcord-data:/data'], ['classcord-data:/data']]);
  assert.ok('classcord-data' in volumes);
});

test('the user of the image is a number other than 0, and the one folder that is written to is its own', () => {
  const [uid = '', gid = ''] = instruction('USER').split(':');
  const run = readImage().find(({ name }) => name === 'RUN')?.text ?? '';

  assert.match(uid, /^[1-9]\d+$/);
  assert.equal(gid, uid);
  assert.equal(instruction('VOLUME'), '/data');
  assert.ok(run.includes(`--owner=${uid} --group=${gid} /data`), run);
});

test('every service is confined, watched, restarted and told the time zone', () => {
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    assert.equal(service.restart, 'unless-stopped', name);
    assert.match(service.environment?.['TZ'] ?? '', /^\$\{TZ:-/, name);
    assert.match(service.mem_limit ?? '', /^\d+[mg]$/, name);
    assert.ok(service.healthcheck !== undefined || service === server, `${name} has no health check`);
  }
  assert.match(instruction('HEALTHCHECK'), /127\.0\.0\.1:12380\/readyz/);
});

test('the health checks ask where the programs listen', () => {
  const { server: settings } = configSchema.parse({});

  assert.ok(instruction('HEALTHCHECK').includes(`http://${settings.health_listen}/readyz`));
  assert.ok(exporter?.healthcheck?.test.some((part) => part.includes('http://127.0.0.1:9091/healthz')));
  assert.deepEqual(exporter?.command, ['exporter', '--listen', '0.0.0.0:9091']);
});

test('the container is given longer to stop than the server takes', () => {
  const { limits } = configSchema.parse({});

  assert.ok(Number.parseInt(server?.stop_grace_period ?? '', 10) >= 2 * limits.shutdown_s);
});

test('images that are not built here are pinned to one version, and every mounted file exists', () => {
  for (const [name, { image = '', build }] of Object.entries(services)) {
    if (build === undefined) assert.match(image, /:v?\d+\.\d+\.\d+$/, name);
  }
  const mounted = Object.values(services).flatMap(({ volumes: mounts = [] }) => mounts.map((mount) => mount.split(':')[0] ?? ''));
  const paths = mounted.filter((path) => path.startsWith('./'));
  assert.ok(paths.length >= 3);
  assert.deepEqual(
    paths.filter((path) => !existsSync(path)),
    [],
  );
});

test('the image carries the labels of the Open Container Initiative', () => {
  const labels = instruction('LABEL');

  for (const label of ['title', 'description', 'version', 'revision', 'created', 'source', 'documentation', 'licenses']) {
    assert.ok(labels.includes(`org.opencontainers.image.${label}="`), label);
  }
});

test('what the Dockerfile copies is let through by .dockerignore', () => {
  const allowed = readFileSync('.dockerignore', 'utf8').split('\n');
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  const needed = [
    'package.json',
    'package-lock.json',
    '.npmrc',
    'tsconfig.json',
    'tsconfig.build.json',
    'server/',
    'exporter/',
    'tools/',
    'docs/',
  ];

  assert.ok(allowed.includes('*'), 'everything is left out first');
  assert.deepEqual(
    needed.filter((path) => !allowed.includes(`!${path}`)),
    [],
  );
  assert.ok(files.filter((path) => path.endsWith('.md')).length === 0 || allowed.includes('!*.md'));
});
