import { errors, jwtVerify, SignJWT } from 'jose';

/** What a token of the gateway says: whose it is, and which session it speaks for. */
export interface JwtClaims {
  readonly subject: string;
  readonly sid: string;
}

/** Signs and checks JSON Web Tokens. Nothing in a token decides how it is checked (RFC 8725). */
export interface Jwt {
  sign(claims: JwtClaims, lifetimeS: number): Promise<string>;
  /** Null for whatever is not a token of ours that is in force. */
  verify(token: string): Promise<JwtClaims | null>;
}

const algorithm = 'HS256';
const leewayS = 60;
/** Longer ones are refused unread. */
const longest = 4096;

/** `secret`: at least 32 bytes. `now`: wall time in ms. */
export function hs256(options: { secret: Uint8Array; issuer: string; audience: string; now: () => number }): Jwt {
  const { secret, issuer, audience, now } = options;
  if (secret.length < 32) throw new RangeError('The secret of HS256 has at least 32 bytes.');
  return {
    sign({ subject, sid }, lifetimeS) {
      const at = Math.floor(now() / 1000);
      return new SignJWT({ sid })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(at)
        .setExpirationTime(at + lifetimeS)
        .sign(secret);
    },
    async verify(token) {
      if (token.length > longest) return null;
      try {
        const { payload } = await jwtVerify<{ sid?: unknown }>(token, secret, {
          algorithms: [algorithm],
          issuer,
          audience,
          requiredClaims: ['exp', 'aud', 'iss', 'sub', 'sid'],
          clockTolerance: leewayS,
          currentDate: new Date(now()),
        });
        const { sub, sid } = payload;
        return typeof sub === 'string' && typeof sid === 'string' ? { subject: sub, sid } : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
