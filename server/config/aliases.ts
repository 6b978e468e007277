import { type Given, givenText, type Settings } from './given.ts';
import { ConfigProblem } from './problems.ts';
import { type Variables, variableText } from './variables.ts';

/** The variables of the second seed document, and the settings that they are other names for. */
export const seedAliases = {
  WS_BIND_ADDR: ['gateway.listen'],
  DATABASE_URL: ['storage.url'],
  JWT_SECRET: ['gateway.jwt_secret'],
  MAX_CONNECTIONS: ['limits.connections'],
  MAX_MESSAGE_SIZE: ['limits.content_bytes'],
  HEARTBEAT_INTERVAL_SECONDS: ['limits.ping_s'],
  RATE_LIMIT_MSG_PER_MIN: ['limits.messages.per_second', 'limits.messages.burst'],
} as const;

export function aliasSettings(variables: Variables, settings: Settings, cwd: string): Given[] {
  return Object.entries(seedAliases).flatMap(([name, keys]) => {
    const variable = variableText(variables, name, cwd);
    if (variable === null) return [];
    const { value: text, origin } = variable;
    if (name === 'RATE_LIMIT_MSG_PER_MIN') return perMinute(text, origin);
    return keys.map((key) => givenText(settings, key, { text, origin }));
  });
}

/** N per minute: N/60 each second, and at least 20 at once. */
function perMinute(text: string, origin: string): Given[] {
  const perMinute = Number(text);
  if (!(perMinute > 0 && Number.isFinite(perMinute))) throw new ConfigProblem(origin, 'positive', { value: JSON.stringify(text) });
  return [
    { key: 'limits.messages.per_second', origin, value: perMinute / 60 },
    { key: 'limits.messages.burst', origin, value: Math.max(20, perMinute / 6) },
  ];
}
